package io.github.redispatterns.coordination.web;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The field {@code Idempotency-Key}: a string of structured fields (RFC 9651, section
 * 3.3.3). One without quotes, which many clients send, is taken too.
 */
final class IdempotencyKeyField {

	static final String NAME = "Idempotency-Key";

	private static final int MAX_LENGTH = 255;

	private static final Pattern QUOTED = Pattern.compile("\"((?:[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]|\\\\[\"\\\\])*)\"");

	private static final Pattern BARE = Pattern.compile("[\\x21\\x23-\\x7E]+");

	private IdempotencyKeyField() {
	}

	/**
	 * Read the field.
	 * @param request the request
	 * @return the key, or {@code null} if there is none
	 * @throws IdempotencyException if it is malformed
	 */
	static @Nullable String read(HttpServletRequest request) {
		String field = request.getHeader(NAME);
		if (field == null) {
			return null;
		}
		Matcher quoted = QUOTED.matcher(field.strip());
		String key = quoted.matches() ? quoted.group(1).replaceAll("\\\\(.)", "$1") : field.strip();
		if (key.isEmpty() || key.length() > MAX_LENGTH || (!quoted.matches() && !BARE.matcher(key).matches())) {
			throw new IdempotencyException(IdempotencyProblem.MALFORMED, null);
		}
		return key;
	}

}
