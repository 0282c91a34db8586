package io.github.redispatterns.autoconfigure.cache;

import io.github.redispatterns.cache.TypedCacheManager;

/**
 * Has the last word about the caches: a bean of this type is called before they are
 * built.
 */
@FunctionalInterface
public interface CacheManagerCustomizer {

	/**
	 * Customize.
	 * @param builder builds the caches
	 */
	void customize(TypedCacheManager.Builder builder);

}
