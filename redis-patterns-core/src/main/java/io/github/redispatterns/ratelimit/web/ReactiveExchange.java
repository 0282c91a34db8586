package io.github.redispatterns.ratelimit.web;

import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;
import reactor.core.publisher.Mono;

/**
 * A request of WebFlux, with what had to be waited for.
 *
 * @param exchange the request and its response
 * @param user who is logged in
 * @param webSession the session, where a rule or an annotation wants it
 * @param connection what came over the connection
 */
record ReactiveExchange(ServerWebExchange exchange, Optional<Principal> user, Optional<WebSession> webSession,
		Connection connection) implements LimitedExchange {

	/**
	 * Look who is there.
	 * @param exchange the request
	 * @param withSession whether to look for the session, which may take a trip
	 * @return the request with principal and session
	 */
	static Mono<ReactiveExchange> of(ServerWebExchange exchange, boolean withSession) {
		Mono<Optional<Principal>> user = exchange.getPrincipal().map(Optional::of).defaultIfEmpty(Optional.empty());
		Mono<Optional<WebSession>> session = withSession
				? exchange.getSession().filter(WebSession::isStarted).map(Optional::of).defaultIfEmpty(Optional.empty())
				: Mono.just(Optional.empty());
		return Mono.deferContextual((context) -> {
			Connection connection = context.getOrEmpty(Connection.class)
				.map(Connection.class::cast)
				.orElseGet(() -> Connection.of(exchange.getRequest()));
			return Mono.zip(user, session, (who, kept) -> new ReactiveExchange(exchange, who, kept, connection));
		});
	}

	/**
	 * Look at nothing, in order to answer.
	 * @param exchange the request
	 * @return the request without principal and session
	 */
	static ReactiveExchange of(ServerWebExchange exchange) {
		return new ReactiveExchange(exchange, Optional.empty(), Optional.empty(), Connection.of(exchange.getRequest()));
	}

	@Override
	public ServerHttpRequest request() {
		return this.exchange.getRequest();
	}

	@Override
	public String method() {
		return request().getMethod().name();
	}

	@Override
	public PathContainer path() {
		return request().getPath().pathWithinApplication();
	}

	@Override
	public List<String> header(String name) {
		return request().getHeaders().getOrEmpty(name);
	}

	@Override
	public @Nullable String remoteAddress() {
		return text(request().getRemoteAddress());
	}

	@Override
	public @Nullable String connectionAddress() {
		return this.connection.remoteAddress();
	}

	@Override
	public List<String> forwarded(String name) {
		return this.connection.forwarded().getOrDefault(name, List.of());
	}

	@Override
	public @Nullable Principal principal() {
		return this.user.orElse(null);
	}

	@Override
	public @Nullable String sessionId() {
		return this.webSession.map(WebSession::getId).orElse(null);
	}

	@Override
	public Map<String, Object> session() {
		return this.webSession.map(WebSession::getAttributes).orElse(Map.of());
	}

	@Override
	public @Nullable Object attribute(String name) {
		return this.exchange.getAttribute(name);
	}

	@Override
	public void attribute(String name, Object value) {
		this.exchange.getAttributes().put(name, value);
	}

	@Override
	public void responseHeader(String name, String value) {
		this.exchange.getResponse().getHeaders().set(name, value);
	}

	private static @Nullable String text(@Nullable InetSocketAddress address) {
		return (address != null && address.getAddress() != null) ? address.getAddress().getHostAddress() : null;
	}

	/**
	 * What a request was before Spring's {@code ForwardedHeaderTransformer} changed it.
	 *
	 * @param remoteAddress the address of the peer
	 * @param forwarded the fields in which proxies forward, by name
	 */
	record Connection(@Nullable String remoteAddress, Map<String, List<String>> forwarded) {

		static Connection of(ServerHttpRequest request) {
			return new Connection(text(request.getRemoteAddress()),
					Arrays.stream(ForwardedField.values())
						.map(ForwardedField::fieldName)
						.collect(Collectors.toMap((name) -> name,
								(name) -> List.copyOf(request.getHeaders().getOrEmpty(name)))));
		}

	}

}
