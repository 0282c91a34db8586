package io.github.redispatterns.ratelimit;

import java.time.Duration;

/**
 * The numbers with which a token bucket of one bandwidth is counted.
 *
 * @param policy the policy, with the limits that hold
 * @param limit tokens for each period
 * @param period the period in milliseconds
 * @param capacity tokens times period that may be owed at once
 */
record BucketScale(RateLimitPolicy policy, long limit, long period, long capacity) {

	/**
	 * The scale of a policy whose tokens may be spent a while after they were taken.
	 * @param policy the policy
	 * @param hotKeys how long tokens are spent after they were taken, at most
	 * @return the scale
	 */
	static BucketScale of(RateLimitPolicy policy, HotKeys hotKeys) {
		long period = policy.period().toMillis();
		return new BucketScale(policy, policy.limit(), period, hotKeys.capacity(policy.bandwidths().get(0)));
	}

	/**
	 * Tokens that are refilled meanwhile, at least one.
	 * @param time how long
	 * @return whole tokens
	 */
	long refilledIn(Duration time) {
		return Math.max(1, Math.min(this.capacity, time.toMillis() * this.limit) / this.period);
	}

	Duration timeToRefill(long debt) {
		return Duration.ofMillis((debt + this.limit - 1) / this.limit);
	}

}
