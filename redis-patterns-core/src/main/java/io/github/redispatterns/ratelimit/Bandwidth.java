package io.github.redispatterns.ratelimit;

import java.time.Duration;

/**
 * How many, in which time.
 *
 * @param limit units for each period, at least 1
 * @param period the time for which the limit holds, at least 1 ms, in whole milliseconds
 * @param burst units that may be taken at once, at least 1; of meaning for buckets only
 */
public record Bandwidth(long limit, Duration period, long burst) {

	/**
	 * The greatest product of units and milliseconds that can be counted exactly: Lua's
	 * numbers are doubles, exact up to 2^53, and one more burst must fit.
	 */
	private static final long MAX_PRODUCT = 1L << 52;

	/**
	 * Check that this can be counted.
	 * @throws IllegalArgumentException if it cannot
	 */
	public Bandwidth {
		requireAtLeastOne("limit", limit);
		requireAtLeastOne("burst", burst);
		if (period.compareTo(Duration.ofMillis(1)) < 0) {
			throw new IllegalArgumentException("The period must be at least 1ms but is " + period);
		}
		if (period.compareTo(Duration.ofDays(36_500)) > 0 || Math.max(limit, burst) > MAX_PRODUCT / period.toMillis()) {
			throw new IllegalArgumentException(("The greater of limit %d and burst %d times the period of %s is over"
					+ " 2^52 ms and cannot be counted exactly; choose a shorter period")
				.formatted(limit, burst, period));
		}
	}

	/**
	 * A bandwidth whose burst is its limit.
	 * @param limit units for each period
	 * @param period the period
	 * @return the bandwidth
	 */
	public static Bandwidth of(long limit, Duration period) {
		return new Bandwidth(limit, period, limit);
	}

	/**
	 * The longest wait that can be counted exactly on top of the burst.
	 * @return a duration
	 */
	Duration longestDelay() {
		return Duration.ofMillis(MAX_PRODUCT / this.limit);
	}

	private static void requireAtLeastOne(String what, long value) {
		if (value < 1) {
			throw new IllegalArgumentException("The %s must be at least 1 but is %d".formatted(what, value));
		}
	}

}
