package io.github.redispatterns.ratelimit.web;

import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;

import io.github.redispatterns.ratelimit.web.ReactiveExchange.Connection;

/**
 * Remembers who is at the other end of a connection, before Spring's
 * {@code ForwardedHeaderTransformer} replaces that by what the client says.
 */
public final class ConnectionMemory implements HttpHandlerDecoratorFactory {

	@Override
	public HttpHandler apply(HttpHandler handler) {
		return (request, response) -> {
			Connection connection = Connection.of(request);
			return handler.handle(request, response)
				.contextWrite((context) -> context.put(Connection.class, connection));
		};
	}

}
