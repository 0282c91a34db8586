package io.github.redispatterns.codec;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of an entry beside its value. Times are microseconds of the server's
 * clock since 1970.
 *
 * @param createdMicros when its value was loaded
 * @param expiryMicros when it becomes stale; Redis may keep it for longer
 * @param loadMicros how long the load took, in microseconds, at most
 * {@value #MAX_LOAD_MICROS}: more counts as that
 * @param generation version of the whole cache at that time
 * @param tagVersions version of each of its tags at that time
 */
public record EntryMetadata(long createdMicros, long expiryMicros, long loadMicros, long generation,
		Map<String, Long> tagVersions) {

	/** The longest load that is told apart, about 71 minutes. */
	public static final long MAX_LOAD_MICROS = 0xFFFFFFFFL;

	/**
	 * Copy the tags and bound the load time.
	 */
	public EntryMetadata {
		loadMicros = Math.max(0, Math.min(loadMicros, MAX_LOAD_MICROS));
		tagVersions = tagVersions.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(tagVersions));
	}

}
