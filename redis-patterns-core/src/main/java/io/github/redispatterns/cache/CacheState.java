package io.github.redispatterns.cache;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.codec.EntryMetadata;

/**
 * What was invalidated in a cache so far, in epochs that only grow. An entry carries the
 * epoch before its value was loaded; whatever is invalidated later has a higher one.
 *
 * @param cleared when the whole cache was last invalidated
 * @param epoch when anything was
 * @param forgotten the latest invalidation of a tag that is not known any more
 */
record CacheState(long cleared, long epoch, long forgotten) {

	private static final Pattern TEXT = Pattern.compile("(\\d{1,18}):(\\d{1,18}):(\\d{1,18})");

	/**
	 * Read a state.
	 * @param bytes what lies in Redis
	 * @return the state, or {@code null} if it is none
	 */
	static @Nullable CacheState parse(byte @Nullable [] bytes) {
		if (bytes == null) {
			return null;
		}
		Matcher text = TEXT.matcher(new String(bytes, StandardCharsets.US_ASCII));
		return text.matches() ? new CacheState(Long.parseLong(text.group(1)), Long.parseLong(text.group(2)),
				Long.parseLong(text.group(3))) : null;
	}

	@Override
	public String toString() {
		return this.cleared + ":" + this.epoch + ":" + this.forgotten;
	}

	/**
	 * Whether an entry was loaded after the cache was last invalidated as a whole.
	 * @param entry an entry
	 * @return {@code false} also if it comes from a state that was lost
	 */
	boolean includes(EntryMetadata entry) {
		return entry.generation() >= this.cleared && entry.generation() <= this.epoch;
	}

	/**
	 * Whether nothing at all was invalidated since an entry was loaded, or nothing that
	 * could concern it.
	 * @param entry an entry that is {@linkplain #includes included}
	 * @return {@code false} if its tags must be looked at
	 */
	boolean isUndisputed(EntryMetadata entry) {
		return entry.tagVersions().isEmpty() || entry.generation() == this.epoch;
	}

}
