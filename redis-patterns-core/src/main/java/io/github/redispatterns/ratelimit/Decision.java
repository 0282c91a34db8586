package io.github.redispatterns.ratelimit;

import java.time.Duration;

/**
 * What a limiter says to one request.
 *
 * @param allowed whether the cost was taken; a refusal takes nothing
 * @param policy the policy that decided, with the limits that held for this request
 * @param remaining units left after this decision, at least 0
 * @param retryAfter time until the same request would be allowed if nobody else came; of
 * an allowed request the time until its turn, zero unless it asked to wait;
 * {@link #NEVER} if its cost is above what may ever be taken at once
 * @param resetAfter time until everything is available again
 * @param source who decided
 */
public record Decision(boolean allowed, RateLimitPolicy policy, long remaining, Duration retryAfter,
		Duration resetAfter, Source source) {

	/** The {@code retryAfter} of a request that can never be allowed. */
	public static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

	/**
	 * The limit that held.
	 * @return units for each period
	 */
	public long limit() {
		return this.policy.limit();
	}

	/**
	 * Whether the request may go on at once.
	 * @return {@code false} if it was refused, or is to wait for its turn
	 */
	public boolean isImmediate() {
		return this.allowed && this.retryAfter.isZero();
	}

	/**
	 * What is said while Redis does not answer and requests are to pass.
	 * @param policy the policy
	 * @return a decision that allows, as if nothing had been taken
	 */
	static Decision uncounted(RateLimitPolicy policy) {
		return new Decision(true, policy, policy.capacity(), Duration.ZERO, Duration.ZERO, Source.OPEN);
	}

	/** Who decided. */
	public enum Source {

		/** Redis, for all nodes together. */
		REDIS,

		/** This node, from what it had taken in Redis before. */
		LEASE,

		/** This node, which remembers that Redis refused. */
		REMEMBERED,

		/** This node, within its share, because Redis did not answer. */
		LOCAL,

		/** Nobody: Redis did not answer, and the policy lets requests pass. */
		OPEN

	}

}
