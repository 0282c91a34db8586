package io.github.redispatterns.cache;

import java.util.Map;

import org.springframework.core.ResolvableType;

/**
 * Writes what is put into a cache to its source. A bean of this type serves the cache it
 * names: {@code put} writes to the source before it writes to the cache, or later where
 * the settings of the cache say {@linkplain WriteBehindSettings write-behind}. Evicting
 * writes nothing; {@link TypedCache#delete} does.
 * <p>
 * Written later, a write may come twice, because the node that did it died before it
 * could say so: it must not matter. Writes of one key come in the order in which they
 * were put, and only the last of those that wait.
 *
 * @param <K> the type of keys, written in the class of the writer
 * @param <V> the type of values, written in the class of the writer
 */
public interface CacheWriter<K, V> {

	/**
	 * The cache.
	 * @return its name
	 */
	String cacheName();

	/**
	 * Write a value.
	 * @param key its key
	 * @param value the value; {@code null} is written by {@link #delete}
	 * @throws Exception if it cannot be written
	 */
	void write(K key, V value) throws Exception;

	/**
	 * Delete a value.
	 * @param key its key
	 * @throws Exception if it cannot be deleted
	 */
	void delete(K key) throws Exception;

	/**
	 * Write several values.
	 * @param values the values by key
	 * @throws Exception if one of them cannot be written; all will be written one by one
	 * then
	 */
	default void writeAll(Map<K, V> values) throws Exception {
		for (Map.Entry<K, V> value : values.entrySet()) {
			write(value.getKey(), value.getValue());
		}
	}

	/**
	 * The type of keys.
	 * @return as the class of the writer declares it, unless overridden
	 */
	default ResolvableType keyType() {
		return ResolvableType.forClass(getClass()).as(CacheWriter.class).getGeneric(0);
	}

	/**
	 * The type of values.
	 * @return as the class of the writer declares it, unless overridden
	 */
	default ResolvableType valueType() {
		return ResolvableType.forClass(getClass()).as(CacheWriter.class).getGeneric(1);
	}

}
