package io.github.redispatterns.ratelimit.web;

import java.util.List;
import java.util.function.Supplier;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.ratelimit.Decision;

/**
 * Applies rules to all requests of a WebFlux application. Holds no thread, and goes on on
 * none of the gateway's. Who is refused is answered by the application's exception
 * handlers, as if a controller had thrown it.
 */
public final class RateLimitWebFilter implements WebFilter, Ordered {

	private final RequestLimits limits;

	private final RateLimitHeaders headers;

	private final RefusalHandlers refusals;

	private final int order;

	/**
	 * Create the filter.
	 * @param limits decides
	 * @param headers which fields to send
	 * @param refusals answers refusals
	 * @param order where among the filters
	 */
	public RateLimitWebFilter(RequestLimits limits, RateLimitHeaders headers, RefusalHandlers refusals, int order) {
		this.limits = limits;
		this.headers = headers;
		this.refusals = refusals;
		this.order = order;
	}

	@Override
	public int getOrder() {
		return this.order;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (this.limits.rules().isEmpty()) {
			return chain.filter(exchange);
		}
		return ReactiveExchange.of(exchange, this.limits.uses("session"))
			.flatMap(this::decide)
			.map((served) -> (Supplier<Mono<Void>>) () -> chain.filter(exchange))
			.onErrorResume(RedisPatternsException.class, (ex) -> Mono.just(() -> this.refusals.answer(exchange, ex)))
			.flatMap(Supplier::get);
	}

	private Mono<List<Decision>> decide(ReactiveExchange exchange) {
		return RedisGateway.mono(() -> this.limits.decide(exchange))
			.doOnNext((decisions) -> this.headers.conclude(exchange, decisions));
	}

}
