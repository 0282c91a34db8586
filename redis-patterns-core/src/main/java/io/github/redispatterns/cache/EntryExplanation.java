package io.github.redispatterns.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What there is to know of one entry, for whoever wonders what a cache serves.
 *
 * @param redisKey its key in Redis
 * @param verdict whether it is served, and if not, why
 * @param near whether this node keeps it in its near cache
 * @param loading whether somebody loads it now
 * @param createdAt when its value was loaded or put, by the server's clock, or
 * {@code null} if there is no entry
 * @param age how long ago that was
 * @param fresh how long it is still fresh; negative for how long it has been stale
 * @param stored how long Redis keeps it
 * @param loadTime how long its last load took
 * @param tags its tags
 * @param bytes its size in Redis
 */
public record EntryExplanation(String redisKey, String verdict, boolean near, boolean loading,
		@Nullable Instant createdAt, @Nullable Duration age, @Nullable Duration fresh, @Nullable Duration stored,
		@Nullable Duration loadTime, Set<String> tags, long bytes) {
}
