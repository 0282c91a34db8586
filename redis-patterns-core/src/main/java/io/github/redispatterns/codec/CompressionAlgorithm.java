package io.github.redispatterns.codec;

import java.util.function.Supplier;

import org.springframework.util.ClassUtils;

/**
 * How values are compressed. The number of each is part of every compressed value and
 * never changes.
 */
public enum CompressionAlgorithm {

	/** Deflate of the JDK: always there. */
	DEFLATE(1, "java.util.zip.Deflater", "the JDK", DeflateCompressor::new),

	/** Zstandard: smallest and fast; needs {@code com.github.luben:zstd-jni}. */
	ZSTD(2, "com.github.luben.zstd.Zstd", "com.github.luben:zstd-jni", ZstdCompressor::new),

	/** LZ4: fastest, less small; needs {@code at.yawk.lz4:lz4-java}. */
	LZ4(3, "net.jpountz.lz4.LZ4Factory", "at.yawk.lz4:lz4-java", Lz4Compressor::new);

	private final int id;

	private final boolean available;

	private final String library;

	private final Supplier<Compressor> compressor;

	CompressionAlgorithm(int id, String type, String library, Supplier<Compressor> compressor) {
		this.id = id;
		this.available = ClassUtils.isPresent(type, CompressionAlgorithm.class.getClassLoader());
		this.library = library;
		this.compressor = compressor;
	}

	/**
	 * Whether its library is on the class path.
	 * @return whether values can be written and read with it
	 */
	public boolean isAvailable() {
		return this.available;
	}

	int id() {
		return this.id;
	}

	Compressor compressor() {
		return this.compressor.get();
	}

	/** Native code that is there may still not load on this machine. */
	void requireWorking() {
		if (!this.available) {
			throw new IllegalStateException(
					"Compression with %s needs %s on the class path: add that dependency, or choose %s".formatted(this,
							this.library, DEFLATE));
		}
		try {
			compressor().compress(new byte[1]);
		}
		catch (LinkageError ex) {
			throw new IllegalStateException(
					"Compression with %s does not load on this machine: choose %s".formatted(this, DEFLATE), ex);
		}
	}

}
