package io.github.redispatterns.cache;

import java.util.List;
import java.util.Map;

/**
 * Loads several values at once.
 *
 * @param <K> the type of keys, as the application knows them
 * @param <V> the type of values
 */
@FunctionalInterface
public interface BulkLoader<K, V> {

	/**
	 * Load.
	 * @param keys which values are missing, each once
	 * @return the values; keys that are missing have none, which is cached, too
	 * @throws Exception if they cannot be loaded
	 */
	Map<? extends K, ? extends V> load(List<K> keys) throws Exception;

}
