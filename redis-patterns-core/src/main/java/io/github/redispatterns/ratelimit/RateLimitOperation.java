package io.github.redispatterns.ratelimit;

import java.lang.reflect.Method;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.StringUtils;

import io.github.redispatterns.annotation.InvalidAnnotationException;
import io.github.redispatterns.annotation.MethodExpression;

/**
 * What one {@link RateLimited} annotation compiles to.
 *
 * @param limiter the limiter of its policy
 * @param key its key, if it has one
 */
public record RateLimitOperation(RateLimiter limiter, @Nullable MethodExpression key) {

	/**
	 * Compile an annotation.
	 * @param annotation the annotation
	 * @param method where it stands
	 * @param limiters the limiters
	 * @param beans for references to beans in its key
	 * @return the operation
	 * @throws InvalidAnnotationException if there is no such policy, or the key is no
	 * SpEL
	 */
	public static RateLimitOperation compile(RateLimited annotation, Method method, RateLimiters limiters,
			BeanFactory beans) {
		if (!limiters.names().contains(annotation.policy())) {
			throw new InvalidAnnotationException(RateLimited.class, method, "policy", annotation.policy(),
					"there is no such policy, only " + limiters.names(), "Define redis-patterns.rate-limit.policies."
							+ annotation.policy() + " or name a policy that exists.",
					null);
		}
		return new RateLimitOperation(limiters.get(annotation.policy()), StringUtils.hasText(annotation.key())
				? MethodExpression.parse(RateLimited.class, method, "key", annotation.key(), beans) : null);
	}

	/**
	 * Take one token.
	 * @param evaluation evaluates the key
	 * @param defaultKey who is counted if the annotation has no key
	 * @return the decision, which allows
	 * @throws RateLimitExceededException if it does not
	 */
	public Decision acquire(Function<MethodExpression, String> evaluation, Supplier<String> defaultKey) {
		Decision decision = this.limiter.tryAcquire((this.key != null) ? evaluation.apply(this.key) : defaultKey.get());
		if (!decision.allowed()) {
			throw new RateLimitExceededException(decision);
		}
		return decision;
	}

}
