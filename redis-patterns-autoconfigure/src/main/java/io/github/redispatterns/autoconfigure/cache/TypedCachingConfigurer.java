package io.github.redispatterns.autoconfigure.cache;

import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.interceptor.CacheErrorHandler;
import org.springframework.cache.interceptor.CacheResolver;
import org.springframework.cache.interceptor.KeyGenerator;

import io.github.redispatterns.cache.CacheFailureHandler;
import io.github.redispatterns.cache.CacheKeys;
import io.github.redispatterns.cache.TypedCacheManager;
import io.github.redispatterns.cache.TypedCacheResolver;
import io.github.redispatterns.gateway.OnRedisFailure;

/**
 * Tells Spring's cache annotations to read by return type, to tell keys apart, and what
 * to do while Redis is out of reach.
 *
 * @param cacheManager the caches
 * @param keys makes keys
 * @param onRedisFailure what to do then
 */
record TypedCachingConfigurer(TypedCacheManager cacheManager, CacheKeys keys,
		OnRedisFailure onRedisFailure) implements CachingConfigurer {

	@Override
	public CacheResolver cacheResolver() {
		return new TypedCacheResolver(this.cacheManager);
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
