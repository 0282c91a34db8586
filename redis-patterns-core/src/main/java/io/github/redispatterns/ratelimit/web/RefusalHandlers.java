package io.github.redispatterns.ratelimit.web;

import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.reactive.DispatchExceptionHandler;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.HandlerResultHandler;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Lets the exception handlers of a WebFlux application answer what a filter throws, which
 * its {@code DispatcherHandler} does for what controllers throw.
 */
public final class RefusalHandlers {

	private final ObjectProvider<HandlerAdapter> adapters;

	private final ObjectProvider<HandlerResultHandler> results;

	/**
	 * Create the handlers.
	 * @param adapters those of the application
	 * @param results those of the application
	 */
	public RefusalHandlers(ObjectProvider<HandlerAdapter> adapters, ObjectProvider<HandlerResultHandler> results) {
		this.adapters = adapters;
		this.results = results;
	}

	/**
	 * Answer a request that is not served.
	 * @param exchange the request
	 * @param refusal why
	 * @return completes with the answer; fails with the refusal if nobody handles it
	 */
	Mono<Void> answer(ServerWebExchange exchange, RuntimeException refusal) {
		List<DispatchExceptionHandler> handlers = this.adapters.orderedStream()
			.filter(DispatchExceptionHandler.class::isInstance)
			.map(DispatchExceptionHandler.class::cast)
			.toList();
		Mono<HandlerResult> answer = Mono.error(refusal);
		for (DispatchExceptionHandler handler : handlers) {
			answer = answer.onErrorResume((ex) -> handler.handleError(exchange, ex));
		}
		return answer.flatMap((result) -> write(exchange, result));
	}

	private Mono<Void> write(ServerWebExchange exchange, HandlerResult result) {
		return this.results.orderedStream()
			.filter((handler) -> handler.supports(result))
			.findFirst()
			.map((handler) -> handler.handleResult(exchange, result))
			.orElseGet(() -> Mono.error(new IllegalStateException("Nobody writes " + result)));
	}

}
