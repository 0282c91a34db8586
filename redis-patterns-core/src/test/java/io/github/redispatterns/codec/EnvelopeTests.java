package io.github.redispatterns.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EnvelopeTests {

	private static final EntryMetadata METADATA = new EntryMetadata(1, 2, 3, 4, Map.of("b", 6L, "a", 5L));

	private static final byte[] PAYLOAD = { 7, 8 };

	@Test
	void liesInBytesAsDocumented() {
		assertThat(HexFormat.of().formatHex(Envelope.of(METADATA, 0x01020304, PAYLOAD).toBytes()))
			.isEqualTo("f900" + "0000000000000001" + "0000000000000002" + "00000003" + "0000000000000004" + "01020304"
					+ "0016" + "0000000000000005" + "000161" + "0000000000000006" + "000162" + "0708");
		assertThat(HexFormat.of().formatHex(Envelope.ofNull(METADATA, 0).toBytes())).startsWith("f901").endsWith("62");
	}

	@Test
	void readsBackAnyValues() {
		Random random = new Random(42);
		for (int run = 0; run < 10_000; run++) {
			EntryMetadata metadata = metadata(random);
			byte[] payload = new byte[random.nextInt(100)];
			random.nextBytes(payload);
			int fingerprint = random.nextInt();
			boolean isNull = random.nextInt(4) == 0;
			Envelope written = isNull ? Envelope.ofNull(metadata, fingerprint)
					: Envelope.of(metadata, fingerprint, payload);
			Envelope read = Envelope.read(written.toBytes()).orElseThrow();
			assertThat(read.metadata()).isEqualTo(metadata);
			assertThat(read.fingerprint()).isEqualTo(fingerprint);
			assertThat(read.isNull()).isEqualTo(isNull);
			assertThat(payload(read)).isEqualTo(isNull ? new byte[0] : payload);
			assertThat(read.toBytes()).isEqualTo(written.toBytes());
		}
	}

	private static byte[] payload(Envelope envelope) {
		byte[] bytes = envelope.toBytes();
		return Arrays.copyOfRange(bytes, envelope.payloadOffset(), bytes.length);
	}

	private static EntryMetadata metadata(Random random) {
		Map<String, Long> tags = new HashMap<>();
		for (int tag = random.nextInt(4); tag > 0; tag--) {
			tags.put("t\u00e4g\u20ac".repeat(random.nextInt(5)) + random.nextInt(100), random.nextLong());
		}
		return new EntryMetadata(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong(), tags);
	}

	@Test
	void readsMetadataWithoutThePayload() {
		byte[] whole = Envelope.of(METADATA, 9, PAYLOAD).toBytes();
		int head = whole.length - PAYLOAD.length;
		assertThat(Envelope.read(Arrays.copyOf(whole, head))).hasValueSatisfying((envelope) -> {
			assertThat(envelope.metadata()).isEqualTo(METADATA);
			assertThat(envelope.fingerprint()).isEqualTo(9);
		});
	}

	@Test
	void letsTheExpiryBeReplacedInPlace() {
		byte[] bytes = Envelope.of(METADATA, 9, PAYLOAD).toBytes();
		ByteBuffer.wrap(bytes).putLong(10, 99);
		assertThat(Envelope.read(bytes)).hasValueSatisfying((envelope) -> {
			assertThat(envelope.metadata()).isEqualTo(new EntryMetadata(1, 99, 3, 4, METADATA.tagVersions()));
			assertThat(payload(envelope)).isEqualTo(PAYLOAD);
		});
	}

	@Test
	void readsNoTruncatedMetadata() {
		byte[] whole = Envelope.of(METADATA, 9, PAYLOAD).toBytes();
		for (int length = 0; length < whole.length - PAYLOAD.length; length++) {
			assertThat(Envelope.read(Arrays.copyOf(whole, length))).isEmpty();
		}
	}

	@Test
	void readsNoOtherVersionAndNoUnknownFlag() {
		byte[] bytes = Envelope.of(METADATA, 9, PAYLOAD).toBytes();
		for (int first = 0; first < 256; first++) {
			bytes[0] = (byte) first;
			assertThat(Envelope.read(bytes).isPresent()).isEqualTo(first == 0xF9);
		}
		bytes[0] = (byte) 0xF9;
		for (int flags = 0; flags < 256; flags++) {
			bytes[1] = (byte) flags;
			assertThat(Envelope.read(bytes).isPresent()).isEqualTo(flags < 2);
		}
	}

	@Test
	void survivesAnyBytes() {
		Random random = new Random(42);
		for (int run = 0; run < 20_000; run++) {
			byte[] bytes = new byte[random.nextInt(120)];
			random.nextBytes(bytes);
			if (bytes.length > 35) {
				bytes[0] = (byte) 0xF9;
				bytes[1] = 0;
				bytes[34] = 0;
			}
			assertThat(Envelope.read(bytes)).isNotNull();
		}
	}

	@Test
	void boundsLoadTime() {
		assertThat(new EntryMetadata(0, 0, -1, 0, Map.of()).loadMicros()).isZero();
		assertThat(new EntryMetadata(0, 0, Long.MAX_VALUE, 0, Map.of()).loadMicros())
			.isEqualTo(EntryMetadata.MAX_LOAD_MICROS);
	}

	@Test
	void refusesMoreTagsThanFit() {
		EntryMetadata most = new EntryMetadata(0, 0, 0, 0, Map.of("a".repeat(65_525), 1L));
		assertThat(Envelope.read(Envelope.of(most, 0, PAYLOAD).toBytes())).isPresent();
		EntryMetadata tooMany = new EntryMetadata(0, 0, 0, 0, Map.of("a".repeat(65_526), 1L));
		assertThatIllegalArgumentException().isThrownBy(() -> Envelope.of(tooMany, 0, PAYLOAD))
			.withMessageContaining("65536 bytes");
	}

}
