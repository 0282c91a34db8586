package io.github.redispatterns.cache;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.interceptor.KeyGenerator;
import org.springframework.cache.interceptor.SimpleKey;

import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.key.KeyText;

/**
 * Keys of cache entries. As a {@link KeyGenerator} it makes the only argument of a method
 * the key, and of several a list. Two keys are the same entry if their
 * {@linkplain KeyText texts} are the same: {@code 1} and {@code "1"} are.
 */
public final class CacheKeys implements KeyGenerator {

	@Override
	public Object generate(Object target, Method method, @Nullable Object... params) {
		boolean single = params.length == 1 && params[0] != null;
		return single ? params[0] : Collections.unmodifiableList(Arrays.asList(params));
	}

	/**
	 * The hash tag of the Redis key of an entry.
	 * @param key what {@link #generate} or a {@code key} expression made
	 * @return the tag
	 */
	String tag(Object key) {
		return (key instanceof List<?> parts)
				? KeySpace.tag(parts.stream().<@Nullable String>map(CacheKeys::text).toList())
				: KeySpace.tag(text(key));
	}

	private static @Nullable String text(@Nullable Object part) {
		if (part == null) {
			return null;
		}
		if (part instanceof SimpleKey && !part.equals(SimpleKey.EMPTY)) {
			throw new IllegalArgumentException("A SimpleKey cannot be told from others by its text, such as " + part
					+ ": use the KeyGenerator bean of redis-patterns in your CachingConfigurer, or a key expression");
		}
		return (part instanceof SimpleKey) ? "SimpleKey" : KeyText.of(part);
	}

}
