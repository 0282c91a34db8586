package io.github.redispatterns.ratelimit.web;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.github.redispatterns.ratelimit.RateLimitOperation;
import io.github.redispatterns.ratelimit.RateLimited;

/**
 * Applies {@link RateLimited} to handler methods of WebFlux before they are called, and
 * tells the client what is left. Stands before Spring's own adapter, which goes on.
 */
public final class RateLimitHandlerAdapter implements HandlerAdapter, Ordered {

	private final HandlerLimits limits;

	private final RateLimitHeaders headers;

	private final ObjectProvider<RequestMappingHandlerAdapter> delegate;

	/**
	 * Create the adapter.
	 * @param limits decides
	 * @param headers which fields to send
	 * @param delegate calls handler methods
	 */
	public RateLimitHandlerAdapter(HandlerLimits limits, RateLimitHeaders headers,
			ObjectProvider<RequestMappingHandlerAdapter> delegate) {
		this.limits = limits;
		this.headers = headers;
		this.delegate = delegate;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public boolean supports(Object handler) {
		return handler instanceof HandlerMethod method && this.limits.operation(method.getMethod()).isPresent();
	}

	@Override
	public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
		RateLimitOperation operation = this.limits.operation(((HandlerMethod) handler).getMethod()).orElseThrow();
		return ReactiveExchange.of(exchange, operation.key() != null || operation.cost() != null)
			.flatMap((limited) -> check(operation, limited))
			.then(Mono.defer(() -> this.delegate.getObject().handle(exchange, handler)));
	}

	private Mono<?> check(RateLimitOperation operation, ReactiveExchange exchange) {
		Object path = exchange.attribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		return Mono.fromCompletionStage(() -> this.limits.decide(operation, exchange, path))
			.publishOn(Schedulers.parallel())
			.doOnNext((decisions) -> this.headers.conclude(exchange, decisions));
	}

}
