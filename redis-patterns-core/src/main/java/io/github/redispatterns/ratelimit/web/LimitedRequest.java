package io.github.redispatterns.ratelimit.web;

import java.security.Principal;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;

/** What rules see of an HTTP request, the same for servlets and for WebFlux. */
public interface LimitedRequest {

	/**
	 * The method.
	 * @return such as {@code GET}
	 */
	String method();

	/**
	 * The path within the application.
	 * @return the parsed path
	 */
	PathContainer path();

	/**
	 * The lines of a field.
	 * @param name the name, in any case
	 * @return the values, in their order
	 */
	List<String> header(String name);

	/**
	 * The address of the peer as the application sees it, which the server or a filter
	 * may have taken from a field of the request.
	 * @return the text of an address, or {@code null} if there is none
	 */
	@Nullable String remoteAddress();

	/**
	 * The address at the other end of the connection, as far as is known.
	 * @return the text of an address, or {@code null} if there is none
	 */
	default @Nullable String connectionAddress() {
		return remoteAddress();
	}

	/**
	 * The lines of a field in which proxies forward, as they came.
	 * @param name the name
	 * @return the values, in their order
	 */
	default List<String> forwarded(String name) {
		return header(name);
	}

	/**
	 * Who is logged in.
	 * @return the principal, or {@code null} if nobody is, or it is too early to know
	 */
	@Nullable Principal principal();

	/**
	 * The id of the session.
	 * @return the id, or {@code null} if there is no session yet
	 */
	@Nullable String sessionId();

	/**
	 * The attributes of the session.
	 * @return the attributes by name, none if there is no session yet
	 */
	Map<String, Object> session();

	/**
	 * The request itself.
	 * @return an {@code HttpServletRequest} or a {@code ServerHttpRequest}
	 */
	Object request();

}
