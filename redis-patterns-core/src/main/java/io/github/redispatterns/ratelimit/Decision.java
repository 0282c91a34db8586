package io.github.redispatterns.ratelimit;

import java.time.Duration;

/**
 * What a limiter says to one request.
 *
 * @param allowed whether the cost was taken; a refusal takes nothing
 * @param policy the policy that decided
 * @param remaining tokens left after this decision, at least 0
 * @param retryAfter time until the same request would be allowed if nobody else came;
 * zero if it was allowed, {@link #NEVER} if its cost is above the burst
 * @param resetAfter time until everything is available again
 */
public record Decision(boolean allowed, RateLimitPolicy policy, long remaining, Duration retryAfter,
		Duration resetAfter) {

	/** The {@code retryAfter} of a request that can never be allowed. */
	public static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

	/**
	 * What is said while Redis does not answer and requests are to pass.
	 * @param policy the policy
	 * @return a decision that allows, as if nothing had been taken
	 */
	static Decision uncounted(RateLimitPolicy policy) {
		return new Decision(true, policy, policy.burst(), Duration.ZERO, Duration.ZERO);
	}

}
