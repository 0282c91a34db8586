package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.github.redispatterns.gateway.FailureAnswer;
import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * The token bucket, in its exact "debt" form.
 * <p>
 * Key <code>prefix:rate-limit:{policy:key}</code>, a string {@code debt:time}, which
 * expires when the bucket is full again. Command: one {@code EVALSHA} a decision; a
 * refusal writes nothing.
 */
final class TokenBucket implements RateLimiter {

	private static final LuaScript<List<Long>> SCRIPT = LuaScript.integers("rate-limit/token-bucket");

	private final RedisGateway gateway;

	private final KeySpace keys;

	private final RateLimitPolicy policy;

	/**
	 * Time is counted in microseconds where the numbers allow it, else in milliseconds.
	 */
	private final long unitsPerMilli;

	private final FailureAnswer<Decision> onFailure;

	TokenBucket(RedisGateway gateway, KeySpace keys, RateLimitPolicy policy, OnRedisFailure onRedisFailure) {
		this.gateway = gateway;
		this.keys = keys;
		this.policy = policy;
		this.onFailure = new FailureAnswer<>(onRedisFailure, (outage) -> Decision.uncounted(policy));
		long millis = policy.period().toMillis();
		this.unitsPerMilli = (policy.burst() <= RateLimitPolicy.MAX_STATE / 1000 / millis) ? 1000 : 1;
	}

	@Override
	public RateLimitPolicy policy() {
		return this.policy;
	}

	@Override
	public CompletionStage<Decision> tryAcquireAsync(String key, long cost) {
		if (cost < 0) {
			throw new IllegalArgumentException("The cost must not be negative but is " + cost);
		}
		return this.onFailure.or(
				this.gateway
					.execute(SCRIPT, List.of(this.keys.key(this.policy.name(), key)), cost, this.policy.limit(),
							period(), this.policy.burst(), this.unitsPerMilli)
					.thenApply(this::decision));
	}

	@Override
	public Decision tryAcquire(String key, long cost) {
		return this.gateway.await(tryAcquireAsync(key, cost));
	}

	private long period() {
		return this.policy.period().toMillis() * this.unitsPerMilli;
	}

	private Decision decision(List<Long> reply) {
		return new Decision(reply.get(0) == 1, this.policy, reply.get(1),
				(reply.get(2) < 0) ? Decision.NEVER : duration(reply.get(2)), duration(reply.get(3)));
	}

	private Duration duration(long units) {
		return Duration.ofNanos(units * (1_000_000 / this.unitsPerMilli));
	}

}
