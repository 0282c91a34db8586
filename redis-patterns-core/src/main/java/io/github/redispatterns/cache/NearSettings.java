package io.github.redispatterns.cache;

import java.time.Duration;

/**
 * Settings of a near cache: the part of a cache that is kept in each JVM.
 *
 * @param timeToLive how long an entry is kept before Redis is asked again; never longer
 * than it is fresh, nor than until a read of it is due that loads it again or makes it
 * live longer
 * @param maxWeight size in bytes of all its entries together, as they lie in Redis
 */
public record NearSettings(Duration timeToLive, long maxWeight) {

	/** Time to live unless set otherwise. */
	public static final Duration DEFAULT_TIME_TO_LIVE = Duration.ofMinutes(1);

	/** Maximum weight unless set otherwise: 16 MB. */
	public static final long DEFAULT_MAX_WEIGHT = 16 * 1024 * 1024;

	/**
	 * Check the settings.
	 * @throws IllegalArgumentException if one of them is not positive
	 */
	public NearSettings {
		if (timeToLive.toMillis() < 1) {
			throw new IllegalArgumentException(
					"The time to live of a near cache must be at least 1ms but is " + timeToLive);
		}
		if (maxWeight < 1) {
			throw new IllegalArgumentException(
					"The maximum weight of a near cache must be positive but is " + maxWeight);
		}
	}

	/**
	 * The defaults.
	 * @return the settings
	 */
	public static NearSettings ofDefaults() {
		return new NearSettings(DEFAULT_TIME_TO_LIVE, DEFAULT_MAX_WEIGHT);
	}

}
