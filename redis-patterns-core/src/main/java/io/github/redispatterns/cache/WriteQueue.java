package io.github.redispatterns.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.codec.Decoded;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * The writes of one cache that wait for their source, in Redis.
 * <p>
 * Keys <code>prefix:cache-writes:{name}</code> (stream) and
 * <code>prefix:cache-pending:{name}</code> (hash), which live as long as a write waits,
 * <code>prefix:cache-writer:{name}</code> (string) of the node that does them, and
 * <code>prefix:cache-dead-writes:{name}</code> (stream) of those that could not be done.
 */
final class WriteQueue {

	private static final LuaScript<byte @Nullable []> APPEND = LuaScript.value("cache/write-append");

	private static final LuaScript<List<Object>> PENDING = LuaScript.list("cache/write-pending");

	private static final LuaScript<List<Long>> CLAIM = LuaScript.integers("cache/write-claim");

	private static final LuaScript<Long> DONE = LuaScript.integer("cache/write-done");

	private static final int DEAD_LETTERS = 10_000;

	private static final Duration DEAD_LETTER_LIFE = Duration.ofDays(30);

	private final RedisGateway gateway;

	private final PayloadPipeline payloads;

	private final CacheWriter<Object, Object> writer;

	private final String stream;

	private final String index;

	private final String owner;

	private final String dead;

	WriteQueue(RedisGateway gateway, KeySpace root, String name, PayloadPipeline payloads,
			CacheWriter<Object, Object> writer) {
		this.gateway = gateway;
		this.payloads = payloads;
		this.writer = writer;
		this.stream = root.child("cache-writes").key(name);
		this.index = root.child("cache-pending").key(name);
		this.owner = root.child("cache-writer").key(name);
		this.dead = root.child("cache-dead-writes").key(name);
	}

	/**
	 * Take a write.
	 * @param entry the key of the entry
	 * @param key the key as the application knows it
	 * @param value the value, or {@code null} to delete it
	 * @param max how many may wait
	 * @return its number, higher than that of any write before; 0 if too many wait
	 */
	CompletionStage<Long> append(String entry, Object key, @Nullable Object value, int max) {
		byte[] keyBytes = this.payloads.encode(entry, key, this.writer.keyType());
		byte[] valueBytes = (value != null) ? this.payloads.encode(entry, value, this.writer.valueType()) : new byte[0];
		return this.gateway
			.execute(APPEND, List.of(this.stream, this.index), max, entry, keyBytes, (value != null) ? "put" : "delete",
					valueBytes)
			.thenApply((id) -> (id != null) ? number(new String(id, StandardCharsets.US_ASCII)) : 0L);
	}

	// Milliseconds and a sequence number: as microseconds they still grow.
	private static long number(String id) {
		int dash = id.indexOf('-');
		return Long.parseLong(id.substring(0, dash)) * 1000 + Math.min(999, Long.parseLong(id.substring(dash + 1)));
	}

	/**
	 * Look for a write of an entry that waits.
	 * @param entry the key of the entry
	 * @return the write, or {@code null}
	 */
	CompletionStage<@Nullable Pending> pending(String entry) {
		return this.gateway.execute(PENDING, List.of(this.stream, this.index), entry).thenApply((reply) -> {
			if (reply.isEmpty()) {
				return null;
			}
			boolean put = "put".equals(new String((byte[]) reply.get(0), StandardCharsets.US_ASCII));
			return new Pending(put ? decoded(entry, (byte[]) reply.get(1), this.writer.valueType()) : null);
		});
	}

	private @Nullable Object decoded(String entry, byte[] bytes, ResolvableType type) {
		Decoded decoded = this.payloads.decode(entry, bytes, type);
		if (decoded instanceof Decoded.Value value) {
			return value.value();
		}
		throw new RedisPatternsException("A write of key '%s' cannot be read: %s".formatted(entry, decoded));
	}

	/**
	 * Claim to do the writes.
	 * @param token who claims
	 * @param life for how long
	 * @return whether the claim holds, and how many writes wait
	 */
	CompletionStage<Claim> claim(String token, Duration life) {
		return this.gateway.execute(CLAIM, List.of(this.owner, this.stream), token, life.toMillis())
			.thenApply((reply) -> new Claim(reply.get(0) == 1, reply.get(1)));
	}

	/**
	 * Let others do the writes at once.
	 * @param token who had claimed
	 * @return what the claim was until then
	 */
	CompletionStage<Claim> disclaim(String token) {
		return claim(token, Duration.ofMillis(1));
	}

	/**
	 * Read writes.
	 * @param count how many at most
	 * @return the oldest, in their order
	 */
	CompletionStage<List<Write>> read(int count) {
		return this.gateway
			.command((redis) -> redis.xrange(RedisGateway.utf8(this.stream), Range.unbounded(), Limit.from(count)))
			.thenApply((messages) -> messages.stream().map(WriteQueue::write).toList());
	}

	// What write-append.lua wrote.
	private static Write write(StreamMessage<byte[], byte[]> message) {
		Map<String, byte[]> fields = new HashMap<>();
		message.getBody().forEach((name, value) -> fields.put(new String(name, StandardCharsets.US_ASCII), value));
		boolean put = "put".equals(new String(field(fields, "kind"), StandardCharsets.US_ASCII));
		return new Write(message.getId(), new String(field(fields, "entry"), StandardCharsets.UTF_8),
				field(fields, "key"), put ? field(fields, "value") : null);
	}

	private static byte[] field(Map<String, byte[]> fields, String name) {
		return Objects.requireNonNull(fields.get(name), name);
	}

	/**
	 * Do a write.
	 * @param write the write
	 * @throws Exception what the writer throws, or if it cannot be read
	 */
	void write(Write write) throws Exception {
		Object key = key(write);
		if (write.value() == null) {
			this.writer.delete(key);
		}
		else {
			this.writer.write(key, value(write));
		}
	}

	/**
	 * Do several writes, none of which deletes.
	 * @param writes the writes, of different keys
	 * @throws Exception what the writer throws, or if one cannot be read
	 */
	void writeAll(List<Write> writes) throws Exception {
		Map<Object, Object> values = new LinkedHashMap<>();
		for (Write write : writes) {
			values.put(key(write), value(write));
		}
		this.writer.writeAll(values);
	}

	private Object key(Write write) {
		return Objects.requireNonNull(decoded(write.entry(), write.key(), this.writer.keyType()));
	}

	private Object value(Write write) {
		return Objects
			.requireNonNull(decoded(write.entry(), Objects.requireNonNull(write.value()), this.writer.valueType()));
	}

	/**
	 * Forget writes.
	 * @param token who does the writes
	 * @param reason why they are given up, or empty if they are done
	 * @param writes the writes
	 * @return whether they were forgotten: {@code false} if another node does the writes
	 */
	CompletionStage<Boolean> done(String token, String reason, Collection<Write> writes) {
		List<Object> args = new ArrayList<>(List.of(token, reason, DEAD_LETTERS, DEAD_LETTER_LIFE.toMillis()));
		writes.forEach((write) -> args.addAll(List.of(write.entry(), write.id())));
		return this.gateway.execute(DONE, List.of(this.stream, this.index, this.owner, this.dead), args.toArray())
			.thenApply((count) -> count > 0);
	}

	/**
	 * Look without claiming anything.
	 * @param token of this node
	 * @param lastFailure what the writer threw last on this node
	 * @return how it is going
	 */
	CompletionStage<WriteBehindStatus> status(String token, @Nullable String lastFailure) {
		CompletionStage<Long> waiting = this.gateway.command((redis) -> redis.xlen(RedisGateway.utf8(this.stream)));
		CompletionStage<Long> deadLetters = this.gateway.command((redis) -> redis.xlen(RedisGateway.utf8(this.dead)));
		CompletionStage<byte @Nullable []> who = this.gateway
			.command((redis) -> redis.get(RedisGateway.utf8(this.owner)));
		return waiting
			.thenCombine(deadLetters,
					(some, given) -> who.thenApply((name) -> new WriteBehindStatus(some, given,
							name != null && token.equals(new String(name, StandardCharsets.US_ASCII)), lastFailure)))
			.thenCompose((status) -> status);
	}

	/**
	 * A write that waits for its source, the only one of its entry.
	 *
	 * @param id its id
	 * @param entry the key of the entry
	 * @param key the key as the application knows it, encoded
	 * @param value the value, encoded, or {@code null} to delete it
	 */
	record Write(String id, String entry, byte[] key, byte @Nullable [] value) {

		boolean isPut() {
			return this.value != null;
		}

	}

	/**
	 * The value that a source will have.
	 *
	 * @param value the value, or {@code null}
	 */
	record Pending(@Nullable Object value) {
	}

	/**
	 * What came of a claim.
	 *
	 * @param holds whether it holds
	 * @param waiting how many writes wait
	 */
	record Claim(boolean holds, long waiting) {
	}

}
