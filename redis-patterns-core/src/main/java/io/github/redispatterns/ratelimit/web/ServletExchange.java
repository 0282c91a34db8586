package io.github.redispatterns.ratelimit.web;

import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.RequestPath;
import org.springframework.web.util.ServletRequestPathUtils;

import io.github.redispatterns.annotation.web.RequestVariables;

/**
 * A request of the Servlet API.
 *
 * @param request the request
 * @param response its response
 */
record ServletExchange(HttpServletRequest request, HttpServletResponse response) implements LimitedExchange {

	@Override
	public String method() {
		return this.request.getMethod();
	}

	@Override
	public PathContainer path() {
		RequestPath path = ServletRequestPathUtils.hasParsedRequestPath(this.request)
				? ServletRequestPathUtils.getParsedRequestPath(this.request)
				: ServletRequestPathUtils.parseAndCache(this.request);
		return path.pathWithinApplication();
	}

	@Override
	public List<String> header(String name) {
		return Collections.list(this.request.getHeaders(name));
	}

	@Override
	public @Nullable String remoteAddress() {
		return this.request.getRemoteAddr();
	}

	/**
	 * {@inheritDoc} Spring's {@code ForwardedHeaderFilter} wraps requests such that
	 * addresses are what the client says.
	 */
	@Override
	public @Nullable String connectionAddress() {
		return innermost().getRemoteAddr();
	}

	@Override
	public List<String> forwarded(String name) {
		return Collections.list(innermost().getHeaders(name));
	}

	@Override
	public @Nullable Principal principal() {
		return this.request.getUserPrincipal();
	}

	@Override
	public @Nullable String sessionId() {
		HttpSession session = this.request.getSession(false);
		return (session != null) ? session.getId() : null;
	}

	@Override
	public Map<String, Object> session() {
		return RequestVariables.attributes(this.request.getSession(false));
	}

	@Override
	public @Nullable Object attribute(String name) {
		return this.request.getAttribute(name);
	}

	@Override
	public void attribute(String name, Object value) {
		this.request.setAttribute(name, value);
	}

	@Override
	public void responseHeader(String name, String value) {
		this.response.setHeader(name, value);
	}

	private HttpServletRequest innermost() {
		ServletRequest inner = this.request;
		while (inner instanceof ServletRequestWrapper wrapper) {
			inner = wrapper.getRequest();
		}
		return (HttpServletRequest) inner;
	}

}
