package io.github.redispatterns.ratelimit;

import java.time.Duration;

/**
 * How full a token bucket is at one instant. Decides costs one after the other in the
 * same exact integers as {@code bucket.lua}.
 */
final class BucketLevel {

	private final BucketScale scale;

	private long debt;

	/** By how much the clock is behind the bucket, after it stepped back. */
	private final Duration behind;

	BucketLevel(BucketScale scale, long debt, Duration behind) {
		this.scale = scale;
		this.debt = debt;
		this.behind = behind;
	}

	Decision take(long cost) {
		boolean possible = cost <= this.scale.capacity() / this.scale.period();
		boolean allowed = possible && excess(cost) <= 0;
		if (allowed) {
			this.debt += cost * this.scale.period();
		}
		Duration retryAfter = allowed ? Duration.ZERO : Decision.NEVER;
		if (possible && !allowed) {
			retryAfter = timeToRefill(excess(cost));
		}
		return new Decision(allowed, this.scale.policy(), remaining(), retryAfter, timeToRefill(this.debt),
				Decision.Source.REDIS);
	}

	Lease.Grant lend(long tokens, long time, long asked) {
		this.debt += tokens * this.scale.period();
		return new Lease.Grant(this.scale.policy(), tokens, time, asked, remaining(), timeToRefill(this.debt));
	}

	private Duration timeToRefill(long debt) {
		return (debt > 0) ? this.scale.timeToRefill(debt).plus(this.behind) : Duration.ZERO;
	}

	private long remaining() {
		return Math.max(0, this.scale.capacity() - this.debt) / this.scale.period();
	}

	private long excess(long cost) {
		return this.debt + cost * this.scale.period() - this.scale.capacity();
	}

}
