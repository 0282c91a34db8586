package io.github.redispatterns.benchmarks;

import java.util.Collection;

import org.jspecify.annotations.Nullable;

/** A cache of products. */
interface ProductCache {

	/**
	 * Read.
	 * @param key the key
	 * @return the product, or {@code null}
	 * @throws Exception if it fails, which ends the run
	 */
	@Nullable Product get(String key) throws Exception;

	/**
	 * Read or load.
	 * @param key the key
	 * @param loader loads what is missing
	 * @return the product
	 * @throws Exception if it fails, which ends the run
	 */
	Product get(String key, Loader loader) throws Exception;

	/**
	 * Write, and know that it is written.
	 * @param key the key
	 * @param product the product
	 * @throws Exception if it fails, which ends the run
	 */
	void put(String key, Product product) throws Exception;

	/**
	 * Read many, in the best way that the cache has.
	 * @param keys the keys
	 * @return how many are there
	 * @throws Exception if it fails, which ends the run
	 */
	default int getAll(Collection<String> keys) throws Exception {
		int found = 0;
		for (String key : keys) {
			found += (get(key) != null) ? 1 : 0;
		}
		return found;
	}

	/** Loads a product. */
	@FunctionalInterface
	interface Loader {

		Product load() throws Exception;

	}

}
