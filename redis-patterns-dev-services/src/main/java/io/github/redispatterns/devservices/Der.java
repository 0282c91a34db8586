package io.github.redispatterns.devservices;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** As much of the encoding of certificates (X.690) as one of them needs. */
final class Der {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'")
		.withZone(ZoneOffset.UTC);

	private Der() {
	}

	static byte[] sequence(byte[]... parts) {
		return tagged(0x30, parts);
	}

	static byte[] set(byte[]... parts) {
		return tagged(0x31, parts);
	}

	static byte[] integer(BigInteger value) {
		return tagged(0x02, value.toByteArray());
	}

	static byte[] oid(String hex) {
		return tagged(0x06, HexFormat.of().parseHex(hex));
	}

	static byte[] text(String value) {
		return tagged(0x0c, value.getBytes(StandardCharsets.UTF_8));
	}

	static byte[] time(Instant value) {
		return tagged(0x17, TIME.format(value).getBytes(StandardCharsets.US_ASCII));
	}

	static byte[] bits(byte[] value) {
		return tagged(0x03, new byte[] { 0 }, value);
	}

	static byte[] octets(byte[] value) {
		return tagged(0x04, value);
	}

	static byte[] tagged(int tag, byte[]... parts) {
		ByteArrayOutputStream contents = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			contents.writeBytes(part);
		}
		ByteArrayOutputStream encoded = new ByteArrayOutputStream();
		encoded.write(tag);
		encoded.writeBytes(length(contents.size()));
		encoded.writeBytes(contents.toByteArray());
		return encoded.toByteArray();
	}

	private static byte[] length(int length) {
		if (length < 0x80) {
			return new byte[] { (byte) length };
		}
		byte[] bytes = HexFormat.of().parseHex((length < 0x100) ? "%02x".formatted(length) : "%04x".formatted(length));
		return HexFormat.of().parseHex("%02x".formatted(0x80 | bytes.length) + HexFormat.of().formatHex(bytes));
	}

}
