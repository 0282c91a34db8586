package io.github.redispatterns.ratelimit;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.annotation.AnnotationDuration;
import io.github.redispatterns.annotation.InvalidAnnotationException;
import io.github.redispatterns.annotation.MethodExpression;

/**
 * What one {@link RateLimited} annotation asks of its limiter.
 *
 * @param method where it stands
 * @param limiter the limiter of its policy
 * @param key its key, if it has one
 * @param cost its cost, if it is not always 1
 * @param maxWait how long a call may wait for its turn
 */
public record RateLimitOperation(Method method, RateLimiter limiter, @Nullable MethodExpression key,
		@Nullable MethodExpression cost, Duration maxWait) {

	/**
	 * Compile an annotation.
	 * @param annotation the annotation
	 * @param method where it stands
	 * @param limiters the limiters
	 * @param beans for references to beans in its expressions
	 * @return the operation
	 * @throws InvalidAnnotationException if something in it cannot work
	 */
	public static RateLimitOperation compile(RateLimited annotation, Method method, RateLimiters limiters,
			BeanFactory beans) {
		return new RateLimitOperation(method, limiter(annotation, method, limiters),
				expression(method, "key", annotation.key(), beans),
				expression(method, "cost", annotation.cost(), beans), AnnotationDuration.parse(RateLimited.class,
						method, "maxWait", annotation.maxWait(), Duration.ZERO, Duration.ZERO));
	}

	private static RateLimiter limiter(RateLimited annotation, Method method, RateLimiters limiters) {
		String name = annotation.policy();
		if (!limiters.names().contains(name)) {
			throw new InvalidAnnotationException(RateLimited.class, method, "policy", name,
					"there is no such policy, only " + limiters.names(),
					"Define redis-patterns.rate-limit.policies.%s or name a policy that exists.".formatted(name), null);
		}
		RateLimiter limiter = limiters.get(name);
		if (limiter.policy().algorithm() == RateLimitAlgorithm.CONCURRENCY) {
			throw new InvalidAnnotationException(RateLimited.class, method, "policy", name,
					"it limits how many are at work at the same time, not how often",
					"Use RateLimiter.enter, or another algorithm.", null);
		}
		return limiter;
	}

	private static @Nullable MethodExpression expression(Method method, String attribute, String text,
			BeanFactory beans) {
		return StringUtils.hasText(text) ? MethodExpression.parse(RateLimited.class, method, attribute, text, beans)
				: null;
	}

	/**
	 * Ask the limiter.
	 * @param evaluation evaluates key and cost
	 * @param defaultKey who is counted if the annotation has no key
	 * @return the decision, when the call's turn has come or it is refused; cancelling
	 * gives a turn back
	 * @throws RedisPatternsException if key or cost cannot be used
	 */
	public CompletableFuture<Decision> decide(Function<MethodExpression, String> evaluation,
			Supplier<String> defaultKey) {
		String who = (this.key != null) ? evaluation.apply(this.key) : defaultKey.get();
		long units = (this.cost != null) ? units(evaluation.apply(this.cost)) : 1;
		return this.maxWait.isZero() ? this.limiter.tryAcquireAsync(who, units).toCompletableFuture()
				: this.limiter.acquireAsync(who, units, this.maxWait);
	}

	/**
	 * Ask the limiter, and wait for what it says.
	 * @param evaluation evaluates key and cost
	 * @param defaultKey who is counted if the annotation has no key
	 * @return the decision, which allows
	 * @throws RateLimitExceededException if it does not
	 */
	public Decision acquire(Function<MethodExpression, String> evaluation, Supplier<String> defaultKey) {
		Decision decision = await(evaluation, defaultKey);
		if (!decision.allowed()) {
			throw new RateLimitExceededException(decision);
		}
		return decision;
	}

	Decision await(Function<MethodExpression, String> evaluation, Supplier<String> defaultKey) {
		return this.limiter.await(decide(evaluation, defaultKey));
	}

	private long units(String text) {
		try {
			long units = Long.parseLong(text);
			if (units >= 0) {
				return units;
			}
		}
		catch (NumberFormatException ex) {
			// No number is as wrong as a negative one.
		}
		throw new RedisPatternsException("The cost of method %s must be a whole number of at least 0 but is %s"
			.formatted(ClassUtils.getQualifiedMethodName(this.method), text), null);
	}

}
