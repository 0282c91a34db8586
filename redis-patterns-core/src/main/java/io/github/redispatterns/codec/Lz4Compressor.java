package io.github.redispatterns.codec;

import java.util.zip.DataFormatException;

import net.jpountz.lz4.LZ4Factory;

/** LZ4 blocks, read with bounds checked. */
final class Lz4Compressor implements Compressor {

	private static final LZ4Factory LZ4 = LZ4Factory.fastestInstance();

	@Override
	public byte[] compress(byte[] raw) {
		return LZ4.fastCompressor().compress(raw);
	}

	@Override
	public byte[] decompress(byte[] bytes, int from, int size) throws DataFormatException {
		byte[] raw = new byte[size];
		if (LZ4.safeDecompressor().decompress(bytes, from, bytes.length - from, raw, 0) != size) {
			throw new DataFormatException("not the size that it declares");
		}
		return raw;
	}

}
