package io.github.redispatterns.codec;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/**
 * Turns values into bytes and back. The type is declared by whoever reads (a method's
 * return type, a registration); no class name is ever written or followed.
 * Implementations are thread-safe.
 */
public interface ValueCodec {

	/**
	 * Encode a value.
	 * @param value the value or {@code null}
	 * @param type its declared type, with generics
	 * @return its bytes
	 * @throws io.github.redispatterns.RedisPatternsException if the value has no such
	 * form
	 */
	byte[] encode(@Nullable Object value, ResolvableType type);

	/**
	 * Decode bytes.
	 * @param bytes what {@link #encode} made, or anything else
	 * @param type the declared type, with generics
	 * @return the value, or the reason why the bytes are none of that type
	 */
	Decoded decode(byte[] bytes, ResolvableType type);

	/**
	 * Decode bytes that lie behind others.
	 * @param bytes they end with what {@link #encode} made, or anything else
	 * @param offset where that begins
	 * @param type the declared type, with generics
	 * @return the value, or the reason why the bytes are none of that type
	 */
	default Decoded decode(byte[] bytes, int offset, ResolvableType type) {
		return decode(Arrays.copyOfRange(bytes, offset, bytes.length), type);
	}

	/**
	 * A number that changes when the type's encoded form does, so that what old classes
	 * wrote can be told from what new ones read.
	 * @param type the declared type, with generics
	 * @return the fingerprint, the same on every machine, or 0 for a codec that has none
	 * @throws io.github.redispatterns.RedisPatternsException if the type has no form that
	 * can be seen
	 */
	default int fingerprint(ResolvableType type) {
		return 0;
	}

}
