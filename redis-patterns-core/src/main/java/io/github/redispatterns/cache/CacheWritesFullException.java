package io.github.redispatterns.cache;

import io.github.redispatterns.RedisPatternsException;

/**
 * A value was put into a write-behind cache while too many writes waited for its source.
 * It was not taken: put it again later, or let more wait.
 */
public final class CacheWritesFullException extends RedisPatternsException {

	CacheWritesFullException(String cache, WriteBehindSettings settings) {
		super("%d writes of cache '%s' wait for their source, and none was done within %s"
			.formatted(settings.maxPending(), cache, settings.maxWait()));
	}

}
