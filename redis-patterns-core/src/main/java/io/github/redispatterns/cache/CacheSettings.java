package io.github.redispatterns.cache;

import java.time.Duration;

/**
 * Settings of one cache.
 *
 * @param timeToLive how long an entry lives after it was written, at least 1 ms
 */
public record CacheSettings(Duration timeToLive) {

	public CacheSettings {
		if (timeToLive.toMillis() < 1) {
			throw new IllegalArgumentException("The time to live of a cache must be at least 1ms but is " + timeToLive);
		}
	}

}
