package io.github.redispatterns.ratelimit.web;

import java.security.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;

/** A request that is only what a test says. */
record StubRequest(String method, String pathText, @Nullable String remoteAddress, @Nullable Principal principal,
		Map<String, List<String>> fields, Map<String, Object> attributes,
		Map<String, String> answered) implements LimitedExchange {

	static StubRequest from(String remoteAddress) {
		return new StubRequest("GET", "/", remoteAddress, null, new HashMap<>(), new HashMap<>(), new HashMap<>());
	}

	StubRequest with(String name, String... lines) {
		this.fields.put(name, List.of(lines));
		return this;
	}

	StubRequest as(String name) {
		return new StubRequest(this.method, this.pathText, this.remoteAddress, () -> name, this.fields, this.attributes,
				this.answered);
	}

	StubRequest asking(String asked, String path) {
		return new StubRequest(asked, path, this.remoteAddress, this.principal, this.fields, this.attributes,
				this.answered);
	}

	@Override
	public PathContainer path() {
		return PathContainer.parsePath(this.pathText);
	}

	@Override
	public List<String> header(String name) {
		return this.fields.getOrDefault(name, List.of());
	}

	@Override
	public @Nullable String sessionId() {
		return null;
	}

	@Override
	public Map<String, Object> session() {
		return Map.of();
	}

	@Override
	public Object request() {
		return this;
	}

	@Override
	public @Nullable Object attribute(String name) {
		return this.attributes.get(name);
	}

	@Override
	public void attribute(String name, Object value) {
		this.attributes.put(name, value);
	}

	@Override
	public void responseHeader(String name, String value) {
		this.answered.put(name, value);
	}

}
