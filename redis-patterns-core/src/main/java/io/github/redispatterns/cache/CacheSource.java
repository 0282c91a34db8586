package io.github.redispatterns.cache;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisPatternsException;

/**
 * The source behind a cache, which is written at once.
 *
 * @param cache the name of the cache
 * @param writer writes to the source
 */
record CacheSource(String cache, CacheWriter<Object, Object> writer) {

	/**
	 * Write a value.
	 * @param key its key
	 * @param value the value, or {@code null} to delete it
	 * @throws RedisPatternsException if the writer throws a checked exception, its cause
	 */
	void write(Object key, @Nullable Object value) {
		try {
			if (value != null) {
				this.writer.write(key, value);
			}
			else {
				this.writer.delete(key);
			}
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new RedisPatternsException("A value of cache '%s' cannot be written".formatted(this.cache), ex);
		}
	}

}
