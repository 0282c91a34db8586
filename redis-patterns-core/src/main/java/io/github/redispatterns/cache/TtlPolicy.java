package io.github.redispatterns.cache;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Decides for how long a value is fresh, having seen it: until its token expires, for
 * longer the older it is. A bean of this type serves the cache it names.
 * <p>
 * A function of key and value: with a time to idle it is asked again when the value is
 * read, and what it says counts from when the value was loaded. One that looks at the
 * clock makes the value live shorter then, never longer.
 */
public interface TtlPolicy {

	/**
	 * The cache.
	 * @return its name
	 */
	String cacheName();

	/**
	 * Decide.
	 * @param key the key as the application knows it
	 * @param value the value that was loaded or put, or {@code null}
	 * @param configured what the settings of the cache say
	 * @return how long the value is fresh; it is not stored if that is less than 1 ms
	 */
	Duration timeToLive(Object key, @Nullable Object value, Duration configured);

}
