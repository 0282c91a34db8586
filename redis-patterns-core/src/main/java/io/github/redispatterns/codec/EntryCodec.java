package io.github.redispatterns.codec;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.RedisPatternsException;

/**
 * Entries with metadata as they lie under a Redis key: an {@link Envelope} around what a
 * {@link PayloadPipeline} makes of the value. An entry that was written as a type of
 * another shape is undecodable, so old and new classes can run side by side.
 */
public final class EntryCodec {

	private final PayloadPipeline payloads;

	/**
	 * Create a codec.
	 * @param payloads encodes the values
	 */
	public EntryCodec(PayloadPipeline payloads) {
		this.payloads = payloads;
	}

	/**
	 * Encode an entry.
	 * @param key the name of the Redis key that the entry will lie under
	 * @param metadata what is known of the entry
	 * @param value its value or {@code null}
	 * @param type the declared type of the value, with generics: the same that readers
	 * declare
	 * @return its bytes
	 * @throws RedisPatternsException if the value has no such form
	 * @throws IllegalArgumentException if the tags need more than 65,535 bytes
	 */
	public byte[] encode(String key, EntryMetadata metadata, @Nullable Object value, ResolvableType type) {
		int fingerprint = this.payloads.fingerprint(type);
		Envelope envelope = (value != null) ? Envelope.of(metadata, fingerprint, this.payloads.encode(key, value, type))
				: Envelope.ofNull(metadata, fingerprint);
		return envelope.toBytes();
	}

	/**
	 * Decode the value of an entry.
	 * @param key the name of the Redis key that the entry lies under
	 * @param bytes what {@link #encode} made for the same key, or anything else
	 * @param type the declared type of the value, with generics
	 * @return the value, or the reason why the bytes hold none of that type
	 */
	public Decoded decode(String key, byte[] bytes, ResolvableType type) {
		return Envelope.read(bytes)
			.map((envelope) -> decode(key, envelope, type))
			.orElseGet(() -> new Decoded.Undecodable("no entry of a known version"));
	}

	/**
	 * Decode the value of an entry whose metadata was read before.
	 * @param key the name of the Redis key that the entry lies under
	 * @param envelope the entry
	 * @param type the declared type of the value, with generics
	 * @return the value, or the reason why the entry holds none of that type
	 */
	public Decoded decode(String key, Envelope envelope, ResolvableType type) {
		try {
			return isOfShape(envelope, type) ? value(key, envelope, type)
					: new Decoded.Undecodable("written as a type of another shape than " + type);
		}
		catch (RedisPatternsException ex) {
			return new Decoded.Undecodable(String.valueOf(ex.getMessage()));
		}
	}

	private boolean isOfShape(Envelope envelope, ResolvableType type) {
		return envelope.fingerprint() == this.payloads.fingerprint(type);
	}

	private Decoded value(String key, Envelope envelope, ResolvableType type) {
		return envelope.isNull() ? new Decoded.Value(null)
				: this.payloads.decode(key, envelope.toBytes(), envelope.payloadOffset(), type);
	}

}
