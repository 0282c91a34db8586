package io.github.redispatterns.ratelimit.web;

import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 */
record ReactiveExchange(ServerWebExchange exchange, Optional<Principal> user,
		Optional<WebSession> webSession) implements LimitedExchange {

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
		return Mono.zip(user, session, (who, kept) -> new ReactiveExchange(exchange, who, kept));
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
		Connection connection = Connection.of(request());
		return (connection != null) ? connection.remoteAddress() : remoteAddress();
	}

	@Override
	public List<String> forwarded(String name) {
		Connection connection = Connection.of(request());
		return (connection != null) ? connection.forwarded().getOrDefault(name, List.of()) : header(name);
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

		private static final String ATTRIBUTE = Connection.class.getName();

		static void remember(ServerHttpRequest request) {
			request.getAttributes()
				.put(ATTRIBUTE,
						new Connection(text(request.getRemoteAddress()),
								Map.of(ForwardedField.FORWARDED.fieldName(), lines(request, ForwardedField.FORWARDED),
										ForwardedField.X_FORWARDED_FOR.fieldName(),
										lines(request, ForwardedField.X_FORWARDED_FOR))));
		}

		static @Nullable Connection of(ServerHttpRequest request) {
			return (request.getAttributes().get(ATTRIBUTE) instanceof Connection connection) ? connection : null;
		}

		private static List<String> lines(ServerHttpRequest request, ForwardedField field) {
			return List.copyOf(request.getHeaders().getOrEmpty(field.fieldName()));
		}

	}

}
