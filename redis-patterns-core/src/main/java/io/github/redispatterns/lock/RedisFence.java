package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * Values in Redis that stale holders of a lock cannot write. Reading counts too: after
 * somebody has read with a larger token, smaller ones write nothing, so that no update is
 * lost between reading and writing.
 * <p>
 * Key <code>prefix:fenced:{name}</code>, a hash of {@code token} and {@code value};
 * expires with the time to live of the value. Commands: one script for each call.
 */
public final class RedisFence {

	private static final LuaScript<Long> WRITE = LuaScript.integer("lock/fenced-write");

	private static final LuaScript<byte @Nullable []> READ = LuaScript.value("lock/fenced-read");

	private final RedisGateway gateway;

	private final KeySpace keys;

	/**
	 * Create the guard.
	 * @param gateway the way to Redis
	 * @param keys the key space of fenced values
	 */
	public RedisFence(RedisGateway gateway, KeySpace keys) {
		this.gateway = gateway;
		this.keys = keys;
	}

	/**
	 * Write a value.
	 * @param name any text
	 * @param token the fencing token of the writer
	 * @param value the value
	 * @param timeToLive how long value and token are kept, longer than any holder may be
	 * late
	 * @throws StaleTokenException if a larger token was seen; nothing is written
	 */
	public void write(String name, long token, byte[] value, Duration timeToLive) {
		this.gateway.await(writeAsync(name, token, value, timeToLive));
	}

	/**
	 * Write a value without waiting.
	 * @param name any text
	 * @param token the fencing token of the writer
	 * @param value the value
	 * @param timeToLive how long value and token are kept, at least 1 ms
	 * @return completes when it is written, or with {@link StaleTokenException}
	 */
	public CompletionStage<@Nullable Void> writeAsync(String name, long token, byte[] value, Duration timeToLive) {
		if (timeToLive.toMillis() < 1) {
			throw new IllegalArgumentException("A fenced value must live for at least 1ms but for " + timeToLive);
		}
		return this.gateway.execute(WRITE, List.of(this.keys.key(name)), token, value, timeToLive.toMillis())
			.thenAccept((written) -> {
				if (written == 0) {
					throw new StaleTokenException(name, token);
				}
			});
	}

	/**
	 * Read a value for writing it anew.
	 * @param name any text
	 * @param token the fencing token of the reader
	 * @return the value, or nothing if there is none
	 * @throws StaleTokenException if a larger token was seen
	 */
	public Optional<byte[]> read(String name, long token) {
		return this.gateway.await(readAsync(name, token));
	}

	/**
	 * Read a value for writing it anew, without waiting.
	 * @param name any text
	 * @param token the fencing token of the reader
	 * @return the value, or nothing if there is none; or {@link StaleTokenException}
	 */
	public CompletionStage<Optional<byte[]>> readAsync(String name, long token) {
		return this.gateway.execute(READ, List.of(this.keys.key(name)), token).thenApply((reply) -> {
			if (reply == null) {
				return Optional.empty();
			}
			if (reply.length == 0) {
				throw new StaleTokenException(name, token);
			}
			return Optional.of(Arrays.copyOfRange(reply, 1, reply.length));
		});
	}

}
