package io.github.redispatterns.codec;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Deflate of the JDK at its fastest level, with a checksum. */
final class DeflateCompressor implements Compressor {

	@Override
	public byte[] compress(byte[] raw) {
		Deflater deflater = new Deflater(Deflater.BEST_SPEED);
		try {
			deflater.setInput(raw);
			deflater.finish();
			byte[] compressed = new byte[raw.length];
			int size = deflater.deflate(compressed);
			return deflater.finished() ? Arrays.copyOf(compressed, size) : raw;
		}
		finally {
			deflater.end();
		}
	}

	@Override
	public byte[] decompress(byte[] bytes, int from, int size) throws DataFormatException {
		Inflater inflater = new Inflater();
		try {
			inflater.setInput(bytes, from, bytes.length - from);
			byte[] raw = new byte[size];
			int count = inflater.inflate(raw);
			int more = inflater.inflate(new byte[1]);
			if (count != size || more != 0 || !inflater.finished() || inflater.getRemaining() != 0) {
				throw new DataFormatException("not the size that it declares");
			}
			return raw;
		}
		finally {
			inflater.end();
		}
	}

}
