package io.github.redispatterns.codec;

import java.util.zip.DataFormatException;

/** One way to make bytes fewer. Implementations have no state. */
interface Compressor {

	/**
	 * Compress bytes.
	 * @param raw the bytes
	 * @return fewer bytes, or any that are no fewer if there is no gain
	 */
	byte[] compress(byte[] raw);

	/**
	 * Undo {@link #compress}, without allocating more than the size that was declared.
	 * @param bytes an array that holds the compressed bytes
	 * @param from where in it they begin; they go on to its end
	 * @param size how many bytes come out
	 * @return the raw bytes, exactly that many
	 * @throws DataFormatException if the bytes are damaged or of another size
	 */
	byte[] decompress(byte[] bytes, int from, int size) throws DataFormatException;

}
