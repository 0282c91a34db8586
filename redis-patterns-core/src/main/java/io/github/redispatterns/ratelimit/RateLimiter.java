package io.github.redispatterns.ratelimit;

import java.util.concurrent.CompletionStage;

/**
 * Decides for one policy, for all nodes together: one round trip and one atomic script a
 * decision, by the server's clock. Thread-safe.
 */
public interface RateLimiter {

	/**
	 * The rule this limiter applies.
	 * @return the policy
	 */
	RateLimitPolicy policy();

	/**
	 * Take a cost if it fits.
	 * @param key who is asking: any text, each has its own count
	 * @param cost tokens to take, at least 0; with 0 nothing is taken, only looked at
	 * @return the decision, or a
	 * {@link io.github.redispatterns.RedisUnavailableException}, after which the cost may
	 * have been taken or not
	 */
	CompletionStage<Decision> tryAcquireAsync(String key, long cost);

	/**
	 * Take a cost if it fits, and wait for the answer.
	 * @param key who is asking
	 * @param cost tokens to take, at least 0
	 * @return the decision
	 * @throws io.github.redispatterns.RedisUnavailableException if Redis does not answer
	 * within the deadline of a call
	 */
	Decision tryAcquire(String key, long cost);

	/**
	 * Take one token.
	 * @param key who is asking
	 * @return the decision
	 */
	default Decision tryAcquire(String key) {
		return tryAcquire(key, 1);
	}

	/**
	 * Look without taking anything.
	 * @param key whose count
	 * @return a decision that is always {@code allowed}
	 */
	default Decision peek(String key) {
		return tryAcquire(key, 0);
	}

}
