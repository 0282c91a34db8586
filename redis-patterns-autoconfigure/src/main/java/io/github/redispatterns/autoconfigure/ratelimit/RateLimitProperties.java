package io.github.redispatterns.autoconfigure.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.ratelimit.RateLimitAlgorithm;
import io.github.redispatterns.ratelimit.RateLimitPolicy;

/**
 * Settings of rate limits.
 *
 * @param enabled whether rate limits are applied
 * @param onRedisFailure what becomes of requests while Redis does not answer
 * @param policies policies by name
 */
@ConfigurationProperties("redis-patterns.rate-limit")
public record RateLimitProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue("closed") OnRedisFailure onRedisFailure, @DefaultValue Map<String, Policy> policies) {

	List<RateLimitPolicy> toPolicies() {
		return this.policies.entrySet().stream().map((entry) -> entry.getValue().toPolicy(entry.getKey())).toList();
	}

	/**
	 * A policy.
	 *
	 * @param algorithm how to count
	 * @param limit how many in one period
	 * @param period time for which the limit holds
	 * @param burst how many at once (default: the limit)
	 */
	public record Policy(@DefaultValue("token-bucket") RateLimitAlgorithm algorithm, long limit,
			@DefaultValue("1s") Duration period, @Nullable Long burst) {

		RateLimitPolicy toPolicy(String name) {
			String property = "redis-patterns.rate-limit.policies." + name;
			PropertyCheck.atLeastOne(property + ".limit", this.limit);
			PropertyCheck.atLeast(property + ".period", this.period, Duration.ofMillis(1));
			long atOnce = (this.burst != null) ? PropertyCheck.atLeastOne(property + ".burst", this.burst) : this.limit;
			return PropertyCheck.create(property + ".period", this.period,
					() -> new RateLimitPolicy(name, this.algorithm, this.limit, this.period, atOnce));
		}

	}

}
