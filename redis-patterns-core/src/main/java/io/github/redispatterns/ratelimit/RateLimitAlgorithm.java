package io.github.redispatterns.ratelimit;

/** How a limiter counts. */
public enum RateLimitAlgorithm {

	/**
	 * A bucket of tokens that refills evenly. Lets a burst through at once, then the
	 * limit for each period; over any span of length {@code t} at most
	 * {@code burst + limit * t / period}.
	 */
	TOKEN_BUCKET

}
