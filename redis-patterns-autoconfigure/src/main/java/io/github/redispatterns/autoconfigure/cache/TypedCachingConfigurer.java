package io.github.redispatterns.autoconfigure.cache;

import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.interceptor.CacheErrorHandler;
import org.springframework.cache.interceptor.KeyGenerator;

import io.github.redispatterns.cache.CacheFailureHandler;
import io.github.redispatterns.cache.CacheKeys;
import io.github.redispatterns.cache.TypedCacheManager;
import io.github.redispatterns.gateway.OnRedisFailure;

/**
 * Tells Spring's cache annotations which caches to use, to tell keys apart, and what to
 * do while Redis is out of reach.
 *
 * @param caches the caches
 * @param keys makes keys
 * @param onRedisFailure what to do then
 */
record TypedCachingConfigurer(TypedCacheManager caches, CacheKeys keys,
		OnRedisFailure onRedisFailure) implements CachingConfigurer {

	@Override
	public CacheManager cacheManager() {
		return this.caches;
	}

	@Override
	public KeyGenerator keyGenerator() {
		return this.keys;
	}

	@Override
	public CacheErrorHandler errorHandler() {
		return new CacheFailureHandler(this.onRedisFailure);
	}

}
