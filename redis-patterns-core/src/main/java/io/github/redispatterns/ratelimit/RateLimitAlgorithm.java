package io.github.redispatterns.ratelimit;

/**
 * How a limiter counts. All are exact, by the server's clock in milliseconds; they differ
 * in what they let through at once and in what they keep.
 */
public enum RateLimitAlgorithm {

	/**
	 * A bucket of tokens that refills evenly. Lets a burst through at once, then the
	 * limit for each period; over any span of length {@code t} at most
	 * {@code burst + limit * t / period}. May have several bandwidths. 12 bytes each.
	 */
	TOKEN_BUCKET('t'),

	/**
	 * The generic cell rate algorithm (ITU-T I.371): cells at least
	 * {@code period / limit} apart, of which {@code burst} may come early. It decides as
	 * a token bucket of that burst does and is kept as one.
	 */
	GCRA('t'),

	/**
	 * A bucket that leaks evenly, for those who wait for their turn: one at a time,
	 * {@code period / limit} apart, unless a burst is set. Kept as a token bucket.
	 */
	LEAKY_BUCKET('t'),

	/**
	 * Counts in periods that begin when the clock says so, in UTC: every full minute,
	 * day, or week (Monday). Up to twice the limit can pass around the end of a period.
	 * 12 bytes.
	 */
	FIXED_WINDOW('f'),

	/** As {@link #FIXED_WINDOW}, in periods that begin with the first request. */
	FIRST_HIT_WINDOW('h'),

	/**
	 * As {@link #FIXED_WINDOW}, in minutes, hours, days, weeks, months or years of a time
	 * zone.
	 */
	CALENDAR_WINDOW('c'),

	/**
	 * Remembers each unit for a period: never more than the limit in any span of that
	 * length. About 50 to 130 bytes a unit, so the limit is at most 1,000.
	 */
	SLIDING_LOG('l'),

	/**
	 * Counts two fixed periods and weighs the first by how much of it a sliding window
	 * still covers. Close to {@link #SLIDING_LOG} where requests come evenly, and 15
	 * bytes whatever the limit; if they do not, up to almost twice the limit can pass in
	 * a span.
	 */
	SLIDING_COUNTER('s'),

	/**
	 * Limits how many are at work at the same time, each by a permit that it gives back,
	 * or that ends with its lease (the period). Use {@link RateLimiter#enter}.
	 */
	CONCURRENCY('p');

	private final char code;

	RateLimitAlgorithm(char code) {
		this.code = code;
	}

	/**
	 * What the script calls it, and keys, so that no state is read by another algorithm.
	 * @return a letter
	 */
	char code() {
		return this.code;
	}

	boolean isBucket() {
		return this.code == TOKEN_BUCKET.code;
	}

}
