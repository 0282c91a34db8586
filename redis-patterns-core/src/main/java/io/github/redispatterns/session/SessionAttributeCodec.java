package io.github.redispatterns.session;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import org.springframework.core.ResolvableType;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.codec.Decoded;
import io.github.redispatterns.codec.ValueCodec;

/**
 * Attributes of a session as bytes: an alias of their type, a colon, and JSON, such as
 * {@code string:"alice"}. Only declared types are written and read.
 */
public final class SessionAttributeCodec {

	private static final Map<String, Class<?>> BUILT_IN = Map.ofEntries(Map.entry("string", String.class),
			Map.entry("boolean", Boolean.class), Map.entry("int", Integer.class), Map.entry("long", Long.class),
			Map.entry("double", Double.class), Map.entry("decimal", BigDecimal.class), Map.entry("uuid", UUID.class),
			Map.entry("instant", Instant.class), Map.entry("duration", Duration.class),
			Map.entry("date", LocalDate.class), Map.entry("datetime", LocalDateTime.class));

	private final ValueCodec codec;

	private final Map<String, Class<?>> types = new HashMap<>(BUILT_IN);

	private final Map<Class<?>, String> aliases = new HashMap<>();

	/**
	 * Create the codec.
	 * @param codec reads and writes the JSON
	 * @param types the application's own types by alias; an alias is letters, digits,
	 * dots and dashes, and may take the place of a built-in one
	 */
	public SessionAttributeCodec(ValueCodec codec, Map<String, Class<?>> types) {
		this.codec = codec;
		types.forEach((alias, type) -> this.types.put(checked(alias), type));
		this.types.forEach((alias, type) -> this.aliases.put(type, alias));
	}

	String alias(String attribute, Object value) {
		String alias = this.aliases.get(value.getClass());
		if (alias == null) {
			throw new RedisPatternsException(("Session attribute '%s' is of type %s, which is not declared: set"
					+ " redis-patterns.session.attribute-types.<alias> to that type, or store a text or number")
				.formatted(attribute, value.getClass().getName()));
		}
		return alias;
	}

	byte[] encode(String attribute, Object value) {
		byte[] head = (alias(attribute, value) + ":").getBytes(StandardCharsets.US_ASCII);
		byte[] body = this.codec.encode(value, ResolvableType.forClass(value.getClass()));
		byte[] encoded = new byte[head.length + body.length];
		System.arraycopy(head, 0, encoded, 0, head.length);
		System.arraycopy(body, 0, encoded, head.length, body.length);
		return encoded;
	}

	Decoded decode(byte[] encoded) {
		String text = new String(encoded, StandardCharsets.UTF_8);
		int colon = text.indexOf(':');
		Class<?> type = (colon > 0) ? this.types.get(text.substring(0, colon)) : null;
		if (type == null) {
			return new Decoded.Undecodable("no declared alias in front");
		}
		byte[] body = text.substring(colon + 1).getBytes(StandardCharsets.UTF_8);
		return this.codec.decode(body, ResolvableType.forClass(type));
	}

	private static String checked(String alias) {
		if (!alias.matches("[A-Za-z0-9.-]+")) {
			throw new IllegalArgumentException(
					"The alias of a session attribute type must be letters, digits, dots and dashes but is '%s'"
						.formatted(alias));
		}
		return alias;
	}

}
