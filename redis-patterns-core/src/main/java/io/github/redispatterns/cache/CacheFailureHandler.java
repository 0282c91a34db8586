package io.github.redispatterns.cache;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.interceptor.SimpleCacheErrorHandler;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.gateway.OnRedisFailure;

/**
 * What an outage of Redis means for a cached method. Open: reads go to the method and
 * writes are skipped, with a warning. A failed eviction is an error of the caller either
 * way, because the old value would be served when Redis is back.
 */
public final class CacheFailureHandler extends SimpleCacheErrorHandler {

	private static final Log logger = LogFactory.getLog(CacheFailureHandler.class);

	private final OnRedisFailure mode;

	/**
	 * Create the handler.
	 * @param mode what to do
	 */
	public CacheFailureHandler(OnRedisFailure mode) {
		this.mode = mode;
	}

	@Override
	public void handleCacheGetError(RuntimeException exception, Cache cache, Object key) {
		skipIfUnavailable(exception, cache);
	}

	@Override
	public void handleCachePutError(RuntimeException exception, Cache cache, Object key, @Nullable Object value) {
		skipIfUnavailable(exception, cache);
	}

	private void skipIfUnavailable(RuntimeException exception, Cache cache) {
		boolean outage = exception instanceof RedisUnavailableException
				|| exception.getCause() instanceof RedisUnavailableException;
		if (this.mode == OnRedisFailure.CLOSED || !outage) {
			throw exception;
		}
		logger.warn("Cache '%s' is skipped: %s".formatted(cache.getName(), exception.getMessage()));
	}

}
