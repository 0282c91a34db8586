package io.github.redispatterns.codec;

import java.util.zip.DataFormatException;

import com.github.luben.zstd.Zstd;

/** Zstandard at its default level. */
final class ZstdCompressor implements Compressor {

	@Override
	public byte[] compress(byte[] raw) {
		return Zstd.compress(raw);
	}

	@Override
	public byte[] decompress(byte[] bytes, int from, int size) throws DataFormatException {
		byte[] raw = new byte[size];
		if (Zstd.decompressByteArray(raw, 0, size, bytes, from, bytes.length - from) != size) {
			throw new DataFormatException("not the size that it declares");
		}
		return raw;
	}

}
