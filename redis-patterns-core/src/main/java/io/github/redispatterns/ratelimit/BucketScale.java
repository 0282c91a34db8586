package io.github.redispatterns.ratelimit;

import java.time.Duration;

import io.github.redispatterns.key.KeySpace;

/**
 * The numbers with which a token bucket of one bandwidth is counted.
 *
 * @param policy the policy, with the limits that hold
 * @param states where its buckets lie
 * @param limit tokens for each period
 * @param period the period in milliseconds
 * @param capacity tokens times period that may be owed at once
 * @param lease how long tokens may be spent after they were taken
 */
record BucketScale(RateLimitPolicy policy, KeySpace states, long limit, long period, long capacity, Duration lease) {

	/**
	 * The scale of a policy whose tokens may be spent a while after they were taken.
	 * @param policy the policy
	 * @param keys the key space of rate limits
	 * @param hotKeys how long tokens are spent after they were taken, at most
	 * @return the scale
	 */
	static BucketScale of(RateLimitPolicy policy, KeySpace keys, HotKeys hotKeys) {
		long period = policy.period().toMillis();
		return new BucketScale(policy, policy.states(keys), policy.limit(), period, hotKeys.capacity(policy),
				hotKeys.lease(policy));
	}

	/**
	 * Tokens that may be taken in advance.
	 * @return as many as are refilled in the time of a lease, at least one; none without
	 * a lease
	 */
	long mostLent() {
		return this.lease.isZero() ? 0
				: Math.max(1, Math.min(this.capacity, this.lease.toMillis() * this.limit) / this.period);
	}

	Duration timeToRefill(long debt) {
		return Duration.ofMillis((debt + this.limit - 1) / this.limit);
	}

}
