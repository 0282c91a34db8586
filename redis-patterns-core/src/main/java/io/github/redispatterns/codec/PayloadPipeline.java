package io.github.redispatterns.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.zip.DataFormatException;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.RedisPatternsException;

/**
 * Values as they lie under a Redis key: encoded, then compressed, then encrypted, the
 * latter two if they are switched on.
 * <p>
 * Each value says itself what was done to it, so settings may change while values are
 * there: a value that was written raw, compressed or encrypted is read under every
 * setting that still has its key and its library. <pre>
 * first byte     10vveccc    marked 10, version vv = 00, e = encrypted, ccc = compression
 *                            (000 none, 001 deflate, 010 zstd, 011 lz4)
 * if encrypted   ciphertext of what follows, bound to the first byte and the key name
 * if compressed  4 bytes     size of the encoded value, big-endian
 * to the end     bytes       the encoded value, or its compressed form
 * </pre> A value to which neither was done has no first byte of that kind: it is the
 * plain JSON.
 * <p>
 * Immutable and thread-safe; each {@code with} method returns a new pipeline.
 * <p>
 * <b>Not promised:</b> that damage to a value is noticed unless it is encrypted; that an
 * older value of the same key is told from the newest; that sizes give nothing away,
 * since a value is compressed before it is encrypted.
 */
public final class PayloadPipeline {

	/** What a compressed value may hold at most, unless set otherwise: 64 MB. */
	public static final int DEFAULT_MAX_SIZE = 64 * 1024 * 1024;

	private final ValueCodec codec;

	private final @Nullable Compression compression;

	private final @Nullable PayloadCipher cipher;

	private final boolean encryptedOnly;

	private final int maxSize;

	private PayloadPipeline(ValueCodec codec, @Nullable Compression compression, @Nullable PayloadCipher cipher,
			boolean encryptedOnly, int maxSize) {
		this.codec = codec;
		this.compression = compression;
		this.cipher = cipher;
		this.encryptedOnly = encryptedOnly;
		this.maxSize = maxSize;
	}

	/**
	 * A pipeline that neither compresses nor encrypts, and reads compressed values up to
	 * {@link #DEFAULT_MAX_SIZE}.
	 * @param codec turns values into bytes
	 * @return the pipeline
	 */
	public static PayloadPipeline of(ValueCodec codec) {
		return new PayloadPipeline(codec, null, null, false, DEFAULT_MAX_SIZE);
	}

	/**
	 * Compress values that are written from now on.
	 * @param compression when and how, or {@code null} for never
	 * @return the new pipeline
	 */
	public PayloadPipeline withCompression(@Nullable Compression compression) {
		return new PayloadPipeline(this.codec, compression, this.cipher, this.encryptedOnly, this.maxSize);
	}

	/**
	 * Encrypt values that are written from now on, and read encrypted ones. Those that
	 * are not encrypted are still read.
	 * @param cipher has the keys
	 * @return the new pipeline
	 */
	public PayloadPipeline withCipher(PayloadCipher cipher) {
		return new PayloadPipeline(this.codec, this.compression, cipher, false, this.maxSize);
	}

	/**
	 * Encrypt values, and read encrypted ones only, so that nobody who can write to Redis
	 * but has no key can slip in a payload.
	 * @param cipher has the keys
	 * @return the new pipeline
	 */
	public PayloadPipeline withMandatoryCipher(PayloadCipher cipher) {
		return new PayloadPipeline(this.codec, this.compression, cipher, true, this.maxSize);
	}

	/**
	 * Bound what compressed values may hold, against those made to exhaust the memory.
	 * @param maxSize size of an encoded value in bytes; bigger ones are written
	 * uncompressed
	 * @return the new pipeline
	 * @throws IllegalArgumentException if the size is negative
	 */
	public PayloadPipeline withMaxSize(int maxSize) {
		if (maxSize < 0) {
			throw new IllegalArgumentException("Maximum size of a value must not be negative but is " + maxSize);
		}
		return new PayloadPipeline(this.codec, this.compression, this.cipher, this.encryptedOnly, maxSize);
	}

	/**
	 * Encode a value.
	 * @param key the name of the Redis key that the value will lie under
	 * @param value the value or {@code null}
	 * @param type its declared type, with generics
	 * @return its bytes
	 * @throws RedisPatternsException if the value has no such form or cannot be encrypted
	 */
	public byte[] encode(String key, @Nullable Object value, ResolvableType type) {
		byte[] raw = this.codec.encode(value, type);
		byte[] compressed = compress(raw);
		PayloadHeader header = new PayloadHeader((compressed != null) ? algorithm() : null, this.cipher != null);
		if (header.isPlain() && !PayloadHeader.isAt(0, raw)) {
			return raw;
		}
		byte[] body = encrypt(key, header, (compressed != null) ? compressed : raw);
		return ByteBuffer.allocate(1 + body.length).put(header.toByte()).put(body).array();
	}

	private @Nullable CompressionAlgorithm algorithm() {
		return (this.compression != null) ? this.compression.algorithm() : null;
	}

	private byte @Nullable [] compress(byte[] raw) {
		return (this.compression != null && raw.length <= this.maxSize) ? this.compression.compress(raw) : null;
	}

	private byte[] encrypt(String key, PayloadHeader header, byte[] body) {
		if (this.cipher == null) {
			return body;
		}
		try {
			return this.cipher.encrypt(body, associatedData(key, header));
		}
		catch (GeneralSecurityException ex) {
			throw new RedisPatternsException("Cannot encrypt the value of key '%s': %s".formatted(key, ex.getMessage()),
					ex);
		}
	}

	/**
	 * Decode a value.
	 * @param key the name of the Redis key that the value lies under
	 * @param bytes what {@link #encode} made for the same key, or anything else
	 * @param type the declared type, with generics
	 * @return the value, or the reason why the bytes hold none of that type
	 */
	public Decoded decode(String key, byte[] bytes, ResolvableType type) {
		return decode(key, bytes, 0, type);
	}

	/**
	 * Decode a value that lies behind something else.
	 * @param key the name of the Redis key that the value lies under
	 * @param bytes they end with what {@link #encode} made for the same key, or anything
	 * else
	 * @param offset where that begins
	 * @param type the declared type, with generics
	 * @return the value, or the reason why the bytes hold none of that type
	 */
	public Decoded decode(String key, byte[] bytes, int offset, ResolvableType type) {
		try {
			boolean marked = PayloadHeader.isAt(offset, bytes);
			PayloadHeader header = marked ? PayloadHeader.read(bytes[offset]) : PayloadHeader.PLAIN;
			if (this.encryptedOnly && !header.encrypted()) {
				throw new GeneralSecurityException("not encrypted");
			}
			return marked
					? this.codec.decode(open(key, header, Arrays.copyOfRange(bytes, offset + 1, bytes.length)), type)
					: this.codec.decode(bytes, offset, type);
		}
		catch (DataFormatException | GeneralSecurityException | RuntimeException | LinkageError ex) {
			return new Decoded.Undecodable("No %s: %s".formatted(type, ex.getMessage()));
		}
	}

	/**
	 * The fingerprint of a type.
	 * @param type the declared type, with generics
	 * @return what {@link ValueCodec#fingerprint} says
	 */
	public int fingerprint(ResolvableType type) {
		return this.codec.fingerprint(type);
	}

	private byte[] open(String key, PayloadHeader header, byte[] body)
			throws DataFormatException, GeneralSecurityException {
		byte[] compressed = decrypt(key, header, body);
		CompressionAlgorithm algorithm = header.algorithm();
		return (algorithm != null) ? Compression.decompress(algorithm, compressed, this.maxSize) : compressed;
	}

	private byte[] decrypt(String key, PayloadHeader header, byte[] body) throws GeneralSecurityException {
		if (!header.encrypted()) {
			return body;
		}
		if (this.cipher == null) {
			throw new GeneralSecurityException("encrypted, and there is no key here");
		}
		return this.cipher.decrypt(body, associatedData(key, header));
	}

	private static byte[] associatedData(String key, PayloadHeader header) {
		byte[] name = key.getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(1 + name.length).put(header.toByte()).put(name).array();
	}

}
