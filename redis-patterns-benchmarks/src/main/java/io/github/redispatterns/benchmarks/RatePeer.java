package io.github.redispatterns.benchmarks;

import io.github.redispatterns.benchmarks.RatePeers.Rate;

/**
 * A way to limit a rate.
 *
 * @param name what lines call it
 * @param limiters makes a limiter
 */
record RatePeer(String name, Limiters limiters) {

	Limiter limiter(Rate rate) {
		return this.limiters.of(rate);
	}

	/** Makes limiters. */
	@FunctionalInterface
	interface Limiters {

		Limiter of(Rate rate);

	}

	/** A limiter, for any number of keys. */
	@FunctionalInterface
	interface Limiter {

		/**
		 * Take one token if there is one.
		 * @param key who is asking
		 * @return whether there was
		 */
		boolean tryAcquire(String key);

	}

}
