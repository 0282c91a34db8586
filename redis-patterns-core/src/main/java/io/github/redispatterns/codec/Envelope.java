package io.github.redispatterns.codec;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An entry with its metadata in one string of Redis. Numbers are big-endian and stand at
 * fixed offsets, so that a script can read or replace one of them ({@code GETRANGE},
 * {@code SETRANGE}) without touching the payload. <pre>
 * offset  bytes
 *      0      1  version, 0xF9: begins neither JSON nor a payload of PayloadPipeline
 *      1      1  flags: bit 0 = the value is null and there is no payload; others are 0
 *      2      8  created, microseconds
 *     10      8  logical expiry, microseconds
 *     18      4  load time, microseconds, unsigned
 *     22      8  generation
 *     30      4  schema fingerprint
 *     34      2  size of the tags in bytes, unsigned
 *     36         tags, each: 8 bytes version, 2 bytes size of the name, name in UTF-8
 *   then         payload, to the end
 * </pre> How the payload is compressed and encrypted, it says itself: see
 * {@link PayloadPipeline}.
 * <p>
 * <b>Not promised:</b> secrecy and integrity of the metadata, which is never encrypted:
 * whoever can write to Redis can make an entry fresh, stale or {@code null}.
 */
public final class Envelope {

	/** Size of an envelope without tags and payload, in bytes. */
	public static final int FIXED_SIZE = 36;

	private static final byte VERSION = (byte) 0xF9;

	private static final byte NULL = 1;

	private static final int TAGS_OFFSET = 34;

	private static final int MAX_TAG_BYTES = 0xFFFF;

	private static final byte[] NO_PAYLOAD = {};

	private final EntryMetadata metadata;

	private final int fingerprint;

	private final boolean nullValue;

	private final byte[] bytes;

	private final int payloadOffset;

	private Envelope(EntryMetadata metadata, int fingerprint, boolean nullValue, byte[] bytes, int payloadOffset) {
		this.metadata = metadata;
		this.fingerprint = fingerprint;
		this.nullValue = nullValue;
		this.bytes = bytes;
		this.payloadOffset = payloadOffset;
	}

	/**
	 * Put a payload in an envelope.
	 * @param metadata what is known of it
	 * @param fingerprint the fingerprint of its declared type
	 * @param payload the payload
	 * @return the envelope
	 * @throws IllegalArgumentException if the tags need more than 65,535 bytes
	 */
	public static Envelope of(EntryMetadata metadata, int fingerprint, byte[] payload) {
		return write(metadata, fingerprint, false, payload);
	}

	/**
	 * An envelope for {@code null}.
	 * @param metadata what is known of it
	 * @param fingerprint the fingerprint of its declared type
	 * @return the envelope
	 * @throws IllegalArgumentException if the tags need more than 65,535 bytes
	 */
	public static Envelope ofNull(EntryMetadata metadata, int fingerprint) {
		return write(metadata, fingerprint, true, NO_PAYLOAD);
	}

	private static Envelope write(EntryMetadata metadata, int fingerprint, boolean nullValue, byte[] payload) {
		byte[] tags = writeTags(metadata.tagVersions());
		byte[] bytes = ByteBuffer.allocate(FIXED_SIZE + tags.length + payload.length)
			.put(VERSION)
			.put(nullValue ? NULL : 0)
			.putLong(metadata.createdMicros())
			.putLong(metadata.expiryMicros())
			.putInt((int) metadata.loadMicros())
			.putLong(metadata.generation())
			.putInt(fingerprint)
			.putShort((short) tags.length)
			.put(tags)
			.put(payload)
			.array();
		return new Envelope(metadata, fingerprint, nullValue, bytes, FIXED_SIZE + tags.length);
	}

	private static byte[] writeTags(Map<String, Long> versions) {
		ByteArrayOutputStream tags = new ByteArrayOutputStream();
		versions.forEach((tag, version) -> {
			byte[] name = tag.getBytes(StandardCharsets.UTF_8);
			tags.writeBytes(ByteBuffer.allocate(10).putLong(version).putShort((short) name.length).array());
			tags.writeBytes(name);
		});
		if (tags.size() > MAX_TAG_BYTES) {
			throw new IllegalArgumentException(
					"The %d tags of an entry need %d bytes, more than %d: use fewer or shorter"
						.formatted(versions.size(), tags.size(), MAX_TAG_BYTES));
		}
		return tags.toByteArray();
	}

	/**
	 * Read an envelope, its metadata at once and its payload when asked for.
	 * @param bytes the bytes, which may end anywhere after the tags if the payload is not
	 * wanted; they are not copied
	 * @return the envelope, or nothing if the bytes hold none of a known version
	 */
	public static Optional<Envelope> read(byte[] bytes) {
		if (bytes.length < FIXED_SIZE || bytes[0] != VERSION || (bytes[1] & ~NULL) != 0) {
			return Optional.empty();
		}
		int payloadOffset = FIXED_SIZE + Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(TAGS_OFFSET));
		if (bytes.length < payloadOffset) {
			return Optional.empty();
		}
		try {
			return Optional.of(read(bytes, payloadOffset));
		}
		catch (BufferUnderflowException ex) {
			return Optional.empty();
		}
	}

	private static Envelope read(byte[] bytes, int payloadOffset) {
		ByteBuffer in = ByteBuffer.wrap(bytes, 0, payloadOffset).position(2);
		long created = in.getLong();
		long expiry = in.getLong();
		long load = Integer.toUnsignedLong(in.getInt());
		long generation = in.getLong();
		int fingerprint = in.getInt();
		Map<String, Long> tags = readTags(in.position(FIXED_SIZE));
		return new Envelope(new EntryMetadata(created, expiry, load, generation, tags), fingerprint, bytes[1] == NULL,
				bytes, payloadOffset);
	}

	private static Map<String, Long> readTags(ByteBuffer in) {
		Map<String, Long> tags = new TreeMap<>();
		while (in.hasRemaining()) {
			long version = in.getLong();
			byte[] name = new byte[Short.toUnsignedInt(in.getShort())];
			in.get(name);
			tags.put(new String(name, StandardCharsets.UTF_8), version);
		}
		return tags;
	}

	/**
	 * What is known of the entry.
	 * @return the metadata
	 */
	public EntryMetadata metadata() {
		return this.metadata;
	}

	/**
	 * The fingerprint of the type that the value was written as.
	 * @return the fingerprint
	 */
	public int fingerprint() {
		return this.fingerprint;
	}

	/**
	 * Whether the value is {@code null}.
	 * @return whether it is
	 */
	public boolean isNull() {
		return this.nullValue;
	}

	/**
	 * Where the payload begins.
	 * @return its place in {@link #toBytes()}, which ends with it
	 */
	public int payloadOffset() {
		return this.payloadOffset;
	}

	/**
	 * The whole as bytes.
	 * @return metadata and payload; not a copy
	 */
	public byte[] toBytes() {
		return this.bytes;
	}

}
