package io.github.redispatterns.cache;

import java.time.Duration;

import io.github.redispatterns.RedisPatternsException;

/**
 * A load took longer than its cache allows, and there was no stale entry. The load goes
 * on, and what it gives will be stored.
 */
public final class CacheLoadTimeoutException extends RedisPatternsException {

	CacheLoadTimeoutException(String cache, Duration timeout) {
		super("A value of cache '%s' was not loaded within its hard timeout of %s".formatted(cache, timeout));
	}

}
