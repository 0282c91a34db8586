package io.github.redispatterns.codec;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

import org.jspecify.annotations.Nullable;

/**
 * When and how values are compressed. A value is left as it is if that saves less than a
 * tenth of it.
 *
 * @param algorithm how to compress
 * @param threshold size in bytes from which on it is tried
 */
public record Compression(CompressionAlgorithm algorithm, int threshold) {

	/** Below this, compressing costs more than it saves. */
	public static final int DEFAULT_THRESHOLD = 1024;

	/**
	 * Check the settings.
	 * @throws IllegalArgumentException if the threshold is negative
	 * @throws IllegalStateException if the library of the algorithm is missing or does
	 * not load
	 */
	public Compression {
		if (threshold < 0) {
			throw new IllegalArgumentException("Compression threshold must not be negative but is " + threshold);
		}
		algorithm.requireWorking();
	}

	/**
	 * Compress values above the {@linkplain #DEFAULT_THRESHOLD default threshold}.
	 * @param algorithm how to compress
	 * @return the settings
	 */
	public static Compression of(CompressionAlgorithm algorithm) {
		return new Compression(algorithm, DEFAULT_THRESHOLD);
	}

	/**
	 * Compress a value if that is worth it.
	 * @param raw the value
	 * @return its size in four bytes and then its compressed bytes, or {@code null} to
	 * keep it raw
	 */
	byte @Nullable [] compress(byte[] raw) {
		if (raw.length < this.threshold) {
			return null;
		}
		byte[] compressed = this.algorithm.compressor().compress(raw);
		int size = Integer.BYTES + compressed.length;
		return (size * 10L <= raw.length * 9L) ? ByteBuffer.allocate(size).putInt(raw.length).put(compressed).array()
				: null;
	}

	/**
	 * Undo {@link #compress}.
	 * @param algorithm how it was compressed
	 * @param bytes what it returned
	 * @param maxSize how many bytes may come out
	 * @return the raw value
	 * @throws DataFormatException if the bytes are damaged or too many would come out
	 */
	static byte[] decompress(CompressionAlgorithm algorithm, byte[] bytes, int maxSize) throws DataFormatException {
		if (bytes.length < Integer.BYTES) {
			throw new DataFormatException("truncated");
		}
		int size = ByteBuffer.wrap(bytes).getInt();
		if (size < 0 || size > maxSize) {
			throw new DataFormatException(
					"declares %d bytes, the maximum is %d".formatted(size & 0xFFFFFFFFL, maxSize));
		}
		if (!algorithm.isAvailable()) {
			throw new DataFormatException("compressed with %s, whose library is missing here".formatted(algorithm));
		}
		return algorithm.compressor().decompress(bytes, Integer.BYTES, size);
	}

}
