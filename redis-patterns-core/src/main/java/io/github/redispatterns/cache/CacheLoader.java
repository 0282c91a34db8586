package io.github.redispatterns.cache;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/**
 * Loads what a cache misses. A bean of this type serves the cache it names: whoever gets
 * a value from that cache gets it loaded, typed by this loader.
 *
 * @param <K> the type of keys, as the application knows them
 * @param <V> the type of values, which must be written in the class of the loader
 */
public interface CacheLoader<K, V> {

	/**
	 * The cache.
	 * @return its name
	 */
	String cacheName();

	/**
	 * Load a value.
	 * @param key its key
	 * @return the value, or {@code null}, which is cached, too
	 * @throws Exception if it cannot be loaded
	 */
	@Nullable V load(K key) throws Exception;

	/**
	 * Load several values.
	 * @param keys their keys
	 * @return the values; keys that are missing have none
	 * @throws Exception if they cannot be loaded
	 */
	default Map<K, V> loadAll(Collection<? extends K> keys) throws Exception {
		Map<K, V> values = new LinkedHashMap<>();
		for (K key : keys) {
			V value = load(key);
			if (value != null) {
				values.put(key, value);
			}
		}
		return values;
	}

	/**
	 * The type of values.
	 * @return as the class of the loader declares it, unless overridden
	 */
	default ResolvableType valueType() {
		return ResolvableType.forClass(getClass()).as(CacheLoader.class).getGeneric(1);
	}

}
