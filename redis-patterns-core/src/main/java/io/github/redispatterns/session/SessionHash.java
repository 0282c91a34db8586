package io.github.redispatterns.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.session.MapSession;

import io.github.redispatterns.codec.Decoded;

/**
 * The hash that a session is in Redis: {@code created}, {@code accessed} and {@code idle}
 * in milliseconds, and {@code @name} for each attribute.
 */
final class SessionHash {

	private static final Log logger = LogFactory.getLog(SessionHash.class);

	private static final String ATTRIBUTE = "@";

	private final SessionAttributeCodec codec;

	SessionHash(SessionAttributeCodec codec) {
		this.codec = codec;
	}

	/**
	 * The fields to write. The last access is not among them, the script keeps it.
	 * @param session a session
	 * @return values by field
	 */
	Map<String, Object> written(StoredSession session) {
		Map<String, Object> fields = new HashMap<>();
		fields.put("idle", session.getMaxInactiveInterval().toMillis());
		if (session.isFresh()) {
			fields.put("created", session.getCreationTime().toEpochMilli());
		}
		for (String name : session.isFresh() ? session.getAttributeNames() : session.changed()) {
			Object value = session.getAttribute(name);
			if (value != null) {
				fields.put(ATTRIBUTE + name, this.codec.encode(name, value));
			}
		}
		return fields;
	}

	/**
	 * The fields to remove.
	 * @param session a session
	 * @return names of fields
	 */
	Set<String> removed(StoredSession session) {
		return session.changed()
			.stream()
			.filter((name) -> session.getAttribute(name) == null)
			.map(ATTRIBUTE::concat)
			.collect(Collectors.toSet());
	}

	/**
	 * Read a session.
	 * @param id the session's id
	 * @param hash all fields
	 * @return the session, or nothing if the hash is not there or is none
	 */
	@Nullable MapSession read(String id, Map<byte[], byte[]> hash) {
		Map<String, byte[]> fields = new HashMap<>();
		hash.forEach((name, value) -> fields.put(new String(name, StandardCharsets.UTF_8), value));
		byte[] created = fields.remove("created");
		byte[] accessed = fields.remove("accessed");
		byte[] idle = fields.remove("idle");
		if (created == null || accessed == null || idle == null) {
			return null;
		}
		MapSession session = new MapSession(id);
		session.setCreationTime(Instant.ofEpochMilli(number(created)));
		session.setLastAccessedTime(Instant.ofEpochMilli(number(accessed)));
		session.setMaxInactiveInterval(Duration.ofMillis(number(idle)));
		fields.keySet().removeIf((field) -> !field.startsWith(ATTRIBUTE));
		fields.forEach((field, value) -> attribute(session, field.substring(ATTRIBUTE.length()), value));
		return session;
	}

	private void attribute(MapSession session, String name, byte[] bytes) {
		Decoded decoded = this.codec.decode(bytes);
		if (decoded instanceof Decoded.Value value) {
			session.setAttribute(name, value.value());
		}
		else {
			logger.warn("Session attribute '%s' is left out: %s".formatted(name, decoded));
		}
	}

	static long number(byte[] text) {
		return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
	}

}
