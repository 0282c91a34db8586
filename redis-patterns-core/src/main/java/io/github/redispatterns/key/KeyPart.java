package io.github.redispatterns.key;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Encodes text so that it can stand in a key. Letters, digits and {@code . _ @ + - /}
 * stay, in user input {@code :} too; everything else is percent-encoded as in URLs (RFC
 * 3986, section 2.1), a lone surrogate as {@code %u} and its four digits, the empty text
 * as a single {@code ~}. What is longer than {@value #MAX_LENGTH} after that becomes
 * {@code ~} and the SHA-256 of it in base64url.
 */
final class KeyPart {

	static final int MAX_LENGTH = 64;

	private static final boolean[] WORD = plain("._@+-/");

	private static final boolean[] INPUT = plain("._@+-/:");

	private static final boolean[] PATTERN = plain("._@+-/*");

	private static final HexFormat HEX = HexFormat.of().withUpperCase();

	private KeyPart() {
	}

	/**
	 * Encode the last piece of a key.
	 * @param text any text
	 * @return the piece, which may hold colons
	 */
	static String input(String text) {
		return encode(text, INPUT);
	}

	/**
	 * Encode a piece that others follow.
	 * @param text any text
	 * @return the piece, without a colon
	 */
	static String word(String text) {
		return encode(text, WORD);
	}

	/**
	 * Encode a piece that others follow, for a pattern.
	 * @param glob {@code *} stands for any text
	 * @return the pattern, whose only special characters are those
	 */
	static String pattern(String glob) {
		StringBuilder encoded = new StringBuilder(glob.length());
		glob.codePoints().forEach((codePoint) -> append(encoded, codePoint, PATTERN));
		return encoded.isEmpty() ? "~" : encoded.toString();
	}

	private static String encode(String text, boolean[] plain) {
		if (text.isEmpty()) {
			return "~";
		}
		if (text.length() <= MAX_LENGTH && isPlain(text, plain)) {
			return text;
		}
		StringBuilder encoded = new StringBuilder(text.length());
		text.codePoints().forEach((codePoint) -> append(encoded, codePoint, plain));
		return (encoded.length() <= MAX_LENGTH) ? encoded.toString() : "~" + hash(encoded.toString());
	}

	private static void append(StringBuilder encoded, int codePoint, boolean[] plain) {
		if (isPlain(codePoint, plain)) {
			encoded.append((char) codePoint);
		}
		else if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
			encoded.append("%u").append(HEX.toHexDigits((char) codePoint));
		}
		else {
			for (byte octet : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
				encoded.append('%').append(HEX.toHexDigits(octet));
			}
		}
	}

	// So are most keys, and a near hit has little else to do.
	private static boolean isPlain(String text, boolean[] plain) {
		for (int i = 0; i < text.length(); i++) {
			if (!isPlain(text.charAt(i), plain)) {
				return false;
			}
		}
		return true;
	}

	private static boolean isPlain(int codePoint, boolean[] plain) {
		return codePoint < plain.length && plain[codePoint];
	}

	private static boolean[] plain(String others) {
		boolean[] is = new boolean['z' + 1];
		others.chars().forEach((other) -> is[other] = true);
		Arrays.fill(is, '0', '9' + 1, true);
		Arrays.fill(is, 'A', 'Z' + 1, true);
		Arrays.fill(is, 'a', 'z' + 1, true);
		return is;
	}

	private static String hash(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
