package io.github.redispatterns.cache;

import io.github.redispatterns.gateway.PatternObservation;

/**
 * What caches observe; the name is that of the cache. Reads are counted and not timed
 * here: see {@link CacheStatistics}.
 */
public enum CacheObservation implements PatternObservation {

	/** A load by the application; the outcome is {@code loaded}. */
	LOAD("redis.patterns.cache.load"),

	/** A write by the application; {@code written} or {@code remembered}. */
	PUT("redis.patterns.cache.put"),

	/** An eviction by key; {@code found} or {@code absent}. */
	EVICT("redis.patterns.cache.evict"),

	/**
	 * An invalidation of tags or of a whole cache; {@code done} or {@code remembered}.
	 */
	INVALIDATE("redis.patterns.cache.invalidate");

	private final String name;

	CacheObservation(String name) {
		this.name = name;
	}

	@Override
	public String getName() {
		return this.name;
	}

}
