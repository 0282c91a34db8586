package io.github.redispatterns.codec;

import java.util.zip.DataFormatException;

import org.jspecify.annotations.Nullable;

/**
 * The byte in front of a payload that is not plain, {@code 10vveccc}: two bits that mark
 * it, two bits of version (0), one bit for encryption, three bits for the compression (0
 * is none). In UTF-8 such a byte continues a character and begins none, so no JSON text
 * begins with it.
 *
 * @param algorithm how the payload is compressed
 * @param encrypted whether it is encrypted, after compression
 */
record PayloadHeader(@Nullable CompressionAlgorithm algorithm, boolean encrypted) {

	static final PayloadHeader PLAIN = new PayloadHeader(null, false);

	private static final int MARK = 0b1000_0000;

	private static final int MARK_BITS = 0b1100_0000;

	private static final int VERSION_BITS = 0b0011_0000;

	private static final int ENCRYPTED = 0b0000_1000;

	private static final int ALGORITHM_BITS = 0b0000_0111;

	static boolean isAt(int offset, byte[] payload) {
		return payload.length > offset && (payload[offset] & MARK_BITS) == MARK;
	}

	static PayloadHeader read(byte header) throws DataFormatException {
		if ((header & VERSION_BITS) != 0) {
			throw new DataFormatException("written by a later version of this library");
		}
		return new PayloadHeader(algorithm(header & ALGORITHM_BITS), (header & ENCRYPTED) != 0);
	}

	private static @Nullable CompressionAlgorithm algorithm(int id) throws DataFormatException {
		if (id == 0) {
			return null;
		}
		for (CompressionAlgorithm candidate : CompressionAlgorithm.values()) {
			if (candidate.id() == id) {
				return candidate;
			}
		}
		throw new DataFormatException("compressed in unknown way " + id);
	}

	boolean isPlain() {
		return this.algorithm == null && !this.encrypted;
	}

	byte toByte() {
		int compression = (this.algorithm != null) ? this.algorithm.id() : 0;
		return (byte) (MARK | (this.encrypted ? ENCRYPTED : 0) | compression);
	}

}
