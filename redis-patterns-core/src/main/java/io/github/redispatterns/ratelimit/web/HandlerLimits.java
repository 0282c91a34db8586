package io.github.redispatterns.ratelimit.web;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;

import io.github.redispatterns.annotation.web.RequestVariables;
import io.github.redispatterns.ratelimit.Decision;
import io.github.redispatterns.ratelimit.RateLimitOperation;
import io.github.redispatterns.ratelimit.RateLimited;
import io.github.redispatterns.ratelimit.RateLimiters;

/** Applies {@link RateLimited} to handler methods, in Spring MVC and in WebFlux. */
public final class HandlerLimits {

	private final RateLimiters limiters;

	private final BeanFactory beans;

	private final ClientAddresses addresses;

	private final Map<Method, Optional<RateLimitOperation>> operations = new ConcurrentHashMap<>();

	/**
	 * Create the limits.
	 * @param limiters the limiters
	 * @param beans for references to beans in keys
	 * @param addresses finds out who a client is, for annotations without a key
	 */
	public HandlerLimits(RateLimiters limiters, BeanFactory beans, ClientAddresses addresses) {
		this.limiters = limiters;
		this.beans = beans;
		this.addresses = addresses;
	}

	/**
	 * Whether a handler method is limited.
	 * @param handler the method
	 * @return what its annotation compiled to, if it has one
	 */
	Optional<RateLimitOperation> operation(Method handler) {
		return this.operations.computeIfAbsent(handler,
				(method) -> Optional.ofNullable(AnnotatedElementUtils.findMergedAnnotation(method, RateLimited.class))
					.map((annotation) -> RateLimitOperation.compile(annotation, method, this.limiters, this.beans)));
	}

	/**
	 * Take what the annotation says.
	 * @param operation the limit of a handler method
	 * @param request the request
	 * @param path its path variables by name
	 * @return what the policy says; fails with {@link RateLimitUnavailableException}
	 * while Redis does not answer, where the policy does not let requests pass then;
	 * cancelling gives a turn back
	 */
	CompletionStage<List<Decision>> decide(RateLimitOperation operation, LimitedRequest request,
			@Nullable Object path) {
		CompletableFuture<Decision> decision = operation.decide(
				(expression) -> expression
					.evaluate(RequestVariables.of(request.request(), request.principal(), request.session(), path)),
				() -> this.addresses.of(request));
		CompletableFuture<List<Decision>> answer = RateLimitUnavailableException
			.explain(decision.thenApply(List::of), List.of(operation.limiter().policy().name()))
			.toCompletableFuture();
		answer.whenComplete((decisions, failure) -> {
			if (answer.isCancelled()) {
				decision.cancel(false);
			}
		});
		return answer;
	}

}
