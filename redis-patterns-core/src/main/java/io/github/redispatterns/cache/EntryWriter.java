package io.github.redispatterns.cache;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.cache.EntryStore.Life;
import io.github.redispatterns.codec.EntryCodec;
import io.github.redispatterns.codec.EntryMetadata;

/**
 * Makes entries of values: how long they live, what they are tagged with, their bytes.
 */
final class EntryWriter {

	private static final Log logger = LogFactory.getLog(EntryWriter.class);

	private final String cache;

	private final Lifetimes lifetimes;

	private final EntryCodec codec;

	private final int maxSize;

	private final CacheStatistics statistics;

	EntryWriter(String cache, Lifetimes lifetimes, EntryCodec codec, int maxSize, CacheStatistics statistics) {
		this.cache = cache;
		this.lifetimes = lifetimes;
		this.codec = codec;
		this.maxSize = maxSize;
		this.statistics = statistics;
	}

	/**
	 * Make an entry.
	 * @param request what it is for
	 * @param value the value
	 * @param createdMicros time of the server when it was loaded
	 * @param loadMicros how long that took
	 * @param epoch epoch of the cache before it was loaded
	 * @return the entry, or {@code null} if the value is not to be stored or cannot be
	 */
	@Nullable Entry write(LoadRequest request, @Nullable Object value, long createdMicros, long loadMicros, long epoch) {
		try {
			Life life = this.lifetimes.of(request.userKey(), value);
			return (life != null) ? checked(entry(request, value, createdMicros, loadMicros, epoch, life)) : null;
		}
		catch (RuntimeException ex) {
			notStored(ex);
			return null;
		}
	}

	/**
	 * How long a value lives at most, however often it is read.
	 * @param request what it is for
	 * @param value the value
	 * @return microseconds from when it was loaded; 0 if that cannot be said
	 */
	long longestMicros(LoadRequest request, @Nullable Object value) {
		try {
			return this.lifetimes.longest(request.userKey(), value).toNanos() / 1000;
		}
		catch (RuntimeException ex) {
			logger.warn("A value of cache '%s' does not live longer for being read: %s".formatted(this.cache,
					ex.getMessage()));
			return 0;
		}
	}

	private Entry entry(LoadRequest request, @Nullable Object value, long createdMicros, long loadMicros, long epoch,
			Life life) {
		EntryMetadata metadata = new EntryMetadata(createdMicros, createdMicros + life.freshMicros(), loadMicros, epoch,
				tagged(request.rules().tags().apply(value), epoch));
		return new Entry(this.codec.encode(request.key(), metadata, value, request.type()), metadata, life);
	}

	private Entry checked(Entry entry) {
		if (entry.bytes().length > this.maxSize) {
			throw new RedisPatternsException(
					"it has %d bytes, more than the maximum of %d".formatted(entry.bytes().length, this.maxSize));
		}
		return entry;
	}

	private static Map<String, Long> tagged(Collection<String> tags, long epoch) {
		if (tags.isEmpty()) {
			return Map.of();
		}
		Map<String, Long> versions = new TreeMap<>();
		tags.forEach((tag) -> versions.put(tag, epoch));
		return versions;
	}

	void notStored(Throwable failure) {
		this.statistics.add(Event.NOT_STORED);
		logger.warn("A value of cache '%s' is not stored: %s".formatted(this.cache, failure.getMessage()));
	}

	/**
	 * An entry as it is written.
	 *
	 * @param bytes its bytes
	 * @param metadata what is known of it
	 * @param life for how long
	 */
	record Entry(byte[] bytes, EntryMetadata metadata, Life life) {
	}

}
