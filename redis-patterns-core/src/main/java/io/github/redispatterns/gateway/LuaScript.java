package io.github.redispatterns.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

import io.lettuce.core.ScriptOutputType;
import org.jspecify.annotations.Nullable;

/**
 * A Lua script from the file {@code META-INF/redis-patterns/<pattern>/<what>.lua}. Text
 * and SHA-1 are read once; keep each script in one constant.
 *
 * @param <T> the reply: {@link Long}, bytes, or a list
 */
public final class LuaScript<T extends @Nullable Object> {

	private static final String LOCATION = "/META-INF/redis-patterns/%s.lua";

	private final String name;

	private final String text;

	private final String sha;

	private final ScriptOutputType output;

	private LuaScript(String name, ScriptOutputType output) {
		this.name = name;
		this.text = read(LOCATION.formatted(name));
		this.sha = sha1(this.text);
		this.output = output;
	}

	/**
	 * A script that replies one integer.
	 * @param name the file without folder and ending, such as {@code lock/release}
	 * @return the script
	 */
	public static LuaScript<Long> integer(String name) {
		return new LuaScript<>(name, ScriptOutputType.INTEGER);
	}

	/**
	 * A script that replies an array of integers.
	 * @param name the file without folder and ending
	 * @return the script
	 */
	public static LuaScript<List<Long>> integers(String name) {
		return new LuaScript<>(name, ScriptOutputType.MULTI);
	}

	/**
	 * A script that replies one string, or nothing.
	 * @param name the file without folder and ending
	 * @return the script
	 */
	public static LuaScript<byte @Nullable []> value(String name) {
		return new LuaScript<>(name, ScriptOutputType.VALUE);
	}

	/**
	 * A script that replies an array of integers and strings.
	 * @param name the file without folder and ending
	 * @return the script; its reply has {@link Long}s and byte arrays
	 */
	public static LuaScript<List<Object>> list(String name) {
		return new LuaScript<>(name, ScriptOutputType.MULTI);
	}

	String text() {
		return this.text;
	}

	String sha() {
		return this.sha;
	}

	ScriptOutputType output() {
		return this.output;
	}

	@Override
	public String toString() {
		return this.name + ".lua";
	}

	private static String read(String location) {
		try (InputStream in = LuaScript.class.getResourceAsStream(location)) {
			if (in == null) {
				throw new IllegalArgumentException("No script " + location + " on the class path");
			}
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read script " + location, ex);
		}
	}

	private static String sha1(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
