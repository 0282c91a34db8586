package io.github.redispatterns.ratelimit;

import java.time.Duration;

/**
 * A named rule: how many, in which time.
 *
 * @param name the name, a part of keys, headers and messages
 * @param algorithm how to count
 * @param limit tokens for each period, at least 1
 * @param period the time for which the limit holds, at least 1 ms
 * @param burst tokens that may be taken at once, at least 1
 */
public record RateLimitPolicy(String name, RateLimitAlgorithm algorithm, long limit, Duration period, long burst) {

	/**
	 * The greatest product of burst and period, in milliseconds, that can be counted
	 * exactly: Lua's numbers are doubles, exact up to 2^53, and one more burst must fit.
	 */
	static final long MAX_STATE = 1L << 52;

	public RateLimitPolicy {
		requireAtLeastOne(name, "limit", limit);
		requireAtLeastOne(name, "burst", burst);
		if (period.toMillis() < 1) {
			throw new IllegalArgumentException(
					"The period of rate-limit policy '%s' must be at least 1ms but is %s".formatted(name, period));
		}
		if (Math.max(limit, burst) > MAX_STATE / period.toMillis()) {
			throw new IllegalArgumentException(
					("Rate-limit policy '%s' cannot be counted exactly: the greater of limit %d"
							+ " and burst %d times its period of %s is over 2^52 ms; choose a shorter period")
						.formatted(name, limit, burst, period));
		}
	}

	/**
	 * A token bucket whose burst is its limit.
	 * @param name the name
	 * @param limit tokens for each period
	 * @param period the period
	 * @return the policy
	 */
	public static RateLimitPolicy tokenBucket(String name, long limit, Duration period) {
		return new RateLimitPolicy(name, RateLimitAlgorithm.TOKEN_BUCKET, limit, period, limit);
	}

	private static void requireAtLeastOne(String name, String what, long value) {
		if (value < 1) {
			throw new IllegalArgumentException(
					"The %s of rate-limit policy '%s' must be at least 1 but is %d".formatted(what, name, value));
		}
	}

}
