package io.github.redispatterns.key;

import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A named part of the keyspace: {@code <prefix>:<pattern>:...}. Every key ends in
 * <code>{...}</code>, the hash tag that sends all keys of one operation to one slot of a
 * Redis Cluster.
 * <p>
 * Whatever is handed in, a key consists of printable ASCII without blanks, glob
 * characters or further braces, the part in braces is at most {@value KeyPart#MAX_LENGTH}
 * bytes for each piece of user input, and two different inputs never give the same key.
 */
public final class KeySpace {

	private final String path;

	private KeySpace(String path) {
		this.path = path;
	}

	/**
	 * The space of an application.
	 * @param prefix first part of all its keys, not blank; encoded like user input
	 * @return the key space
	 */
	public static KeySpace of(String prefix) {
		if (prefix.isBlank()) {
			throw new IllegalArgumentException("The key prefix must not be blank");
		}
		return new KeySpace(KeyPart.input(prefix.strip()));
	}

	/**
	 * The space below this one.
	 * @param name a fixed word such as the name of a pattern or of a cache
	 * @return the key space
	 */
	public KeySpace child(String name) {
		return new KeySpace(this.path + ":" + KeyPart.word(name));
	}

	/**
	 * A key for user input.
	 * @param input any text
	 * @return <code>path:{input}</code>
	 */
	public String key(String input) {
		return this.path + ":{" + KeyPart.input(input) + "}";
	}

	/**
	 * A key for user input below a name that comes from configuration or code.
	 * @param name the name of a policy, lock, ...
	 * @param input any text
	 * @return <code>path:{name:input}</code>
	 */
	public String key(String name, String input) {
		return this.path + ":{" + KeyPart.word(name) + ":" + KeyPart.input(input) + "}";
	}

	/**
	 * A key of several pieces of user input.
	 * @param parts any texts, or {@code null}
	 * @return <code>path:{part:part}</code>
	 */
	public String key(List<@Nullable String> parts) {
		return (parts.size() == 1) ? this.path + ":{" + part(parts.get(0)) + "}"
				: parts.stream().map(KeySpace::part).collect(Collectors.joining(":", this.path + ":{", "}"));
	}

	private static String part(@Nullable String part) {
		return (part != null) ? KeyPart.word(part) : "~0";
	}

	/**
	 * A {@code SCAN} pattern.
	 * @return matches each key that the {@code key} methods make in this space, and no
	 * other
	 */
	public String pattern() {
		return this.path + ":{*}";
	}

	/**
	 * A {@code SCAN} pattern for keys of several pieces of user input.
	 * @param parts one for each piece: {@code *} stands for any text, everything else for
	 * itself
	 * @return matches the keys that {@link #key(List)} makes of such pieces, except for
	 * pieces that are hashed because of their length, which only a lone {@code *} matches
	 */
	public String pattern(List<String> parts) {
		return parts.stream().map(KeyPart::pattern).collect(Collectors.joining(":", this.path + ":{", "}"));
	}

	/**
	 * A pub/sub channel, which is no key and needs no hash tag.
	 * @param name the name of the channel
	 * @return {@code path:name}
	 */
	public String channel(String name) {
		return child(name).path;
	}

	@Override
	public String toString() {
		return this.path;
	}

}
