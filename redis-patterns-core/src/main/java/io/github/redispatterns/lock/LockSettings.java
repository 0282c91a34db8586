package io.github.redispatterns.lock;

import java.time.Duration;

/**
 * How a lock is waited for and held.
 *
 * @param maxWait how long annotations and the views wait where nothing else is said, zero
 * to try once
 * @param lease how long Redis keeps the lock for a holder that is not heard of any more,
 * at least 10 ms; renewed every third of it while the holder lives
 * @param maxHold how long one holder keeps the lock at most. One that is no longer than
 * the lease means that the lease is not renewed
 */
public record LockSettings(Duration maxWait, Duration lease, Duration maxHold) {

	/** Lease unless another is set. */
	public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

	/** Longest hold unless another is set. */
	public static final Duration DEFAULT_MAX_HOLD = Duration.ofMinutes(10);

	/** No lease may be shorter: it would end while the answer travels. */
	public static final Duration SHORTEST_LEASE = Duration.ofMillis(10);

	/** No time may be longer: it would not fit in nanoseconds. */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	public LockSettings {
		if (maxWait.isNegative()) {
			throw new IllegalArgumentException("The wait for a lock must not be negative but is " + maxWait);
		}
		requireBetween("lease", lease);
		requireBetween("longest hold", maxHold);
	}

	/**
	 * One try, a lease of 30 seconds that is renewed for 10 minutes.
	 * @return the settings
	 */
	public static LockSettings ofDefaults() {
		return new LockSettings(Duration.ZERO, DEFAULT_LEASE, DEFAULT_MAX_HOLD);
	}

	/**
	 * The same with another wait.
	 * @param wait zero to try once
	 * @return other settings
	 */
	public LockSettings withMaxWait(Duration wait) {
		return new LockSettings(wait, this.lease, this.maxHold);
	}

	/**
	 * The same with another lease.
	 * @param lease at least 10 ms
	 * @return other settings
	 */
	public LockSettings withLease(Duration lease) {
		return new LockSettings(this.maxWait, lease, this.maxHold);
	}

	/**
	 * The same with another longest hold.
	 * @param maxHold at least 10 ms
	 * @return other settings
	 */
	public LockSettings withMaxHold(Duration maxHold) {
		return new LockSettings(this.maxWait, this.lease, maxHold);
	}

	/**
	 * The same for a hold of fixed length, which is never renewed.
	 * @param hold how long the lock is held at most, at least 10 ms
	 * @return other settings
	 */
	public LockSettings withFixedHold(Duration hold) {
		return new LockSettings(this.maxWait, hold, hold);
	}

	boolean isRenewed() {
		return this.maxHold.compareTo(this.lease) > 0;
	}

	static Duration requireHold(Duration time) {
		requireBetween("hold", time);
		return time;
	}

	private static void requireBetween(String what, Duration duration) {
		if (duration.compareTo(SHORTEST_LEASE) < 0) {
			throw new IllegalArgumentException(
					"The %s of a lock must be at least 10ms but is %s".formatted(what, duration));
		}
		if (duration.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"The %s of a lock must be at most %s but is %s".formatted(what, LONGEST, duration));
		}
	}

}
