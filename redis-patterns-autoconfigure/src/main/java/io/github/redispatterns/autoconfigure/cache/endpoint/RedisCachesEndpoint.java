package io.github.redispatterns.autoconfigure.cache.endpoint;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.cache.EntryExplanation;
import io.github.redispatterns.cache.TypedCache;
import io.github.redispatterns.cache.TypedCacheManager;

/**
 * Actuator endpoint {@code rediscaches}: what happened in each cache of this JVM; what
 * there is to know of one entry; and a way to clear a cache or what has a tag, on all
 * nodes.
 */
@Endpoint(id = "rediscaches")
public final class RedisCachesEndpoint {

	private final TypedCacheManager caches;

	RedisCachesEndpoint(TypedCacheManager caches) {
		this.caches = caches;
	}

	/**
	 * What happened, in this JVM.
	 * @return counts by cache and event
	 */
	@ReadOperation
	public Map<String, Map<String, Long>> caches() {
		Map<String, Map<String, Long>> counts = new TreeMap<>();
		this.caches.getCacheNames().forEach((name) -> counts.put(name, counts(this.caches.getCache(name))));
		return counts;
	}

	private static Map<String, Long> counts(TypedCache cache) {
		Map<String, Long> counts = new TreeMap<>();
		for (Event event : Event.values()) {
			counts.put(event.name().toLowerCase(Locale.ROOT), cache.statistics().count(event));
		}
		return counts;
	}

	/**
	 * Explain an entry.
	 * @param cache the name of the cache
	 * @param key its key, one text for each argument that it is made of
	 * @return what Redis and this node have; nothing if there is no such cache
	 */
	@ReadOperation
	public @Nullable EntryExplanation explain(@Selector String cache, List<String> key) {
		if (!this.caches.getCacheNames().contains(cache)) {
			return null;
		}
		return this.caches.getCache(cache).explain((key.size() == 1) ? key.get(0) : key);
	}

	/**
	 * Invalidate entries, on all nodes.
	 * @param cache the name of the cache
	 * @param tag invalidates what has one of these tags; all entries if there is none
	 */
	@DeleteOperation
	public void clear(@Selector String cache, @Nullable List<String> tag) {
		if (!this.caches.getCacheNames().contains(cache)) {
			return;
		}
		if (tag == null || tag.isEmpty()) {
			this.caches.getCache(cache).clear();
		}
		else {
			this.caches.getCache(cache).evictTags(tag);
		}
	}

}
