package io.github.redispatterns.codec;

import org.jspecify.annotations.Nullable;

/** What became of some bytes. */
public sealed interface Decoded {

	/**
	 * The bytes hold a value.
	 *
	 * @param value the value, which may be {@code null}
	 */
	record Value(@Nullable Object value) implements Decoded {
	}

	/**
	 * The bytes hold no value of the declared type: written by another version, for
	 * another type, or damaged.
	 *
	 * @param reason what is wrong with them
	 */
	record Undecodable(String reason) implements Decoded {
	}

}
