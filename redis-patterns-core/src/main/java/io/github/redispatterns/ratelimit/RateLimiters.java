package io.github.redispatterns.ratelimit;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/** The limiters of an application, by the name of their policy. */
public final class RateLimiters {

	private final Map<String, RateLimiter> limiters = new TreeMap<>();

	/**
	 * Create the registry.
	 * @param gateway the way to Redis
	 * @param keys the key space of rate limits
	 * @param policies all policies, names unique
	 * @param onRedisFailure what limiters say while Redis does not answer
	 */
	public RateLimiters(RedisGateway gateway, KeySpace keys, Collection<RateLimitPolicy> policies,
			OnRedisFailure onRedisFailure) {
		policies.forEach(
				(policy) -> this.limiters.put(policy.name(), new TokenBucket(gateway, keys, policy, onRedisFailure)));
	}

	/**
	 * Find a limiter.
	 * @param policy the name of its policy
	 * @return the limiter
	 * @throws IllegalArgumentException if there is no such policy; the message lists
	 * those that are
	 */
	public RateLimiter get(String policy) {
		RateLimiter limiter = this.limiters.get(policy);
		if (limiter == null) {
			throw new IllegalArgumentException(
					"There is no rate-limit policy '%s', only %s".formatted(policy, this.limiters.keySet()));
		}
		return limiter;
	}

	/**
	 * All policies.
	 * @return their names, sorted
	 */
	public Set<String> names() {
		return Collections.unmodifiableSet(this.limiters.keySet());
	}

}
