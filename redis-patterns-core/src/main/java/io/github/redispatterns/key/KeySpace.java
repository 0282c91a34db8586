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

	/** What all keys of this space begin with. */
	private final String opening;

	private KeySpace(String path) {
		this.path = path;
		this.opening = path + ":{";
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
		return keyOf(KeyPart.input(input));
	}

	/**
	 * A key for user input below a name that comes from configuration or code.
	 * @param name the name of a policy, lock, ...
	 * @param input any text
	 * @return <code>path:{name:input}</code>
	 */
	public String key(String name, String input) {
		return keyOf(KeyPart.word(name) + ":" + KeyPart.input(input));
	}

	/**
	 * A key of several pieces of user input.
	 * @param parts any texts, or {@code null}
	 * @return <code>path:{part:part}</code>
	 */
	public String key(List<@Nullable String> parts) {
		return keyOf(tag(parts));
	}

	/**
	 * The hash tag of a key of several pieces of user input. Within one space it says as
	 * much as the key.
	 * @param parts any texts, or {@code null}
	 * @return <code>part:part</code>, encoded
	 */
	public static String tag(List<@Nullable String> parts) {
		return parts.stream().map(KeySpace::tag).collect(Collectors.joining(":"));
	}

	/**
	 * The hash tag of a key of one piece of user input.
	 * @param part any text, or {@code null}
	 * @return the same as for a list of it
	 */
	public static String tag(@Nullable String part) {
		return (part != null) ? KeyPart.word(part) : "~0";
	}

	/**
	 * The hash tag of a key of this space.
	 * @param key the key
	 * @return what is between its braces
	 * @throws IllegalArgumentException if the key is none of this space
	 */
	public String tagOf(String key) {
		if (!key.startsWith(this.opening) || !key.endsWith("}")) {
			throw new IllegalArgumentException("Key %s is not in key space %s".formatted(key, this.path));
		}
		return key.substring(this.opening.length(), key.length() - 1);
	}

	/**
	 * The key with a hash tag, which is not encoded again.
	 * @param tag what {@link #tag} or {@link #tagOf} gave
	 * @return <code>path:{tag}</code>
	 */
	public String keyOf(String tag) {
		return this.opening + tag + "}";
	}

	/**
	 * A {@code SCAN} pattern.
	 * @return matches each key that the {@code key} methods make in this space, and no
	 * other
	 */
	public String pattern() {
		return this.opening + "*}";
	}

	/**
	 * A {@code SCAN} pattern for keys of several pieces of user input.
	 * @param parts one for each piece: {@code *} stands for any text, everything else for
	 * itself
	 * @return matches the keys that {@link #key(List)} makes of such pieces, except for
	 * pieces that are hashed because of their length, which only a lone {@code *} matches
	 */
	public String pattern(List<String> parts) {
		return keyOf(parts.stream().map(KeyPart::pattern).collect(Collectors.joining(":")));
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
