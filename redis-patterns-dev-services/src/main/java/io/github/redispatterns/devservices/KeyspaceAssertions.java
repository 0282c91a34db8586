package io.github.redispatterns.devservices;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/** Assertions on the keys of a Redis. They need no test framework. */
public final class KeyspaceAssertions {

	private static final int SHOWN = 20;

	private static final Long NEVER = -1L;

	private KeyspaceAssertions() {
	}

	/**
	 * Assert that every key expires some day.
	 * @param redis the servers; all that are masters now are looked at
	 * @param prefix what the keys start with
	 * @param exceptions the keys that may live for ever, where {@code *} stands for any
	 * text
	 * @throws AssertionError if a key does not expire, or no master answers; the message
	 * names the first keys
	 */
	public static void assertEveryKeyExpires(RedisTopology redis, String prefix, String... exceptions) {
		assertEveryKeyExpires(redis.masters(), prefix, exceptions);
	}

	/**
	 * Assert that every key expires some day.
	 * @param server the server
	 * @param prefix what the keys start with
	 * @param exceptions the keys that may live for ever, where {@code *} stands for any
	 * text
	 * @throws AssertionError if a key does not expire; the message names the first keys
	 */
	public static void assertEveryKeyExpires(RedisServer server, String prefix, String... exceptions) {
		assertEveryKeyExpires(List.of(server), prefix, exceptions);
	}

	private static void assertEveryKeyExpires(List<RedisServer> masters, String prefix, String... exceptions) {
		if (masters.isEmpty()) {
			throw new AssertionError("No master answers, so no key can be looked at");
		}
		List<Pattern> allowed = Stream.of(exceptions).map(KeyspaceAssertions::pattern).toList();
		List<String> wrong = masters.stream()
			.flatMap((master) -> keysForEver(master, prefix).stream())
			.filter((key) -> allowed.stream().noneMatch((pattern) -> pattern.matcher(key).matches()))
			.sorted()
			.toList();
		if (!wrong.isEmpty()) {
			throw new AssertionError(wrong.size() + " keys that start with " + prefix + " never expire: "
					+ String.join(", ", wrong.subList(0, Math.min(SHOWN, wrong.size()))));
		}
	}

	private static Pattern pattern(String exception) {
		return Pattern.compile(Pattern.quote(exception).replace("*", "\\E.*\\Q"), Pattern.DOTALL);
	}

	private static List<String> keysForEver(RedisServer server, String prefix) {
		List<String> keys = new ArrayList<>();
		try (RespClient client = server.endpoint().connect()) {
			String cursor = "0";
			do {
				List<?> page = list(
						client.call(List.of("SCAN", cursor, "MATCH", literal(prefix) + "*", "COUNT", "500")));
				cursor = String.valueOf(page.get(0));
				list(page.get(1)).stream()
					.map(String::valueOf)
					.filter((key) -> NEVER.equals(client.call(List.of("PTTL", key))))
					.forEach(keys::add);
			}
			while (!cursor.equals("0"));
		}
		return keys;
	}

	private static List<?> list(@Nullable Object reply) {
		return (List<?>) Objects.requireNonNull(reply);
	}

	// In a pattern of Redis some characters are not themselves.
	private static String literal(String text) {
		return text.replaceAll("[\\\\*?\\[\\]]", "\\\\$0");
	}

}
