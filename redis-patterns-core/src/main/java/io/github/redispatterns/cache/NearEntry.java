package io.github.redispatterns.cache;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.codec.EntryMetadata;

/**
 * An entry of a near cache, which serves as its own wrapper.
 *
 * @param value what all callers share, or {@code null}
 * @param envelope the entry as it lies in Redis, where its value cannot be shared
 * @param type the type it was read as
 * @param metadata what else is known of it
 * @param untilNanos until when it is kept, by {@link System#nanoTime}
 * @param weight its size in bytes
 */
record NearEntry(@Nullable Object value, byte @Nullable [] envelope, ResolvableType type, EntryMetadata metadata,
		long untilNanos, int weight) implements Cache.ValueWrapper {

	@Override
	public @Nullable Object get() {
		return this.value;
	}

	boolean isOf(ResolvableType type) {
		return this.type == type || this.type.equals(type);
	}

}
