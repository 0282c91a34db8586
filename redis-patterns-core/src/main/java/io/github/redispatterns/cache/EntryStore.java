package io.github.redispatterns.cache;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandKeyword;
import io.lettuce.core.protocol.CommandType;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * The entries of one cache in Redis, as bytes, each call one round trip.
 * <p>
 * Keys <code>prefix:cache:name:{key}</code>, strings, each with a time to live: an entry,
 * or a lease of the one who loads it (see {@code lease.lua}). Commands: {@code MGET} and
 * {@code GET} with the state of the cache, {@code SET PX}, and the scripts of this
 * pattern.
 */
final class EntryStore {

	private static final LuaScript<List<Object>> LEASE = LuaScript.list("cache/lease");

	private static final LuaScript<List<Object>> FILL = LuaScript.list("cache/fill");

	private static final LuaScript<List<Object>> RELEASE = LuaScript.list("cache/release");

	private static final LuaScript<Long> RENEW = LuaScript.integer("cache/renew");

	private static final LuaScript<Long> EVICT = LuaScript.integer("cache/evict");

	private static final LuaScript<Long> PUT_IF_ABSENT = LuaScript.integer("cache/put-if-absent");

	private static final LuaScript<List<Object>> PUT_NEWER = LuaScript.list("cache/put-newer");

	private static final LuaScript<Long> TOUCH = LuaScript.integer("cache/touch");

	private final RedisGateway gateway;

	private final CacheVersions versions;

	private final ServerClock clock;

	private final String waiterChannels;

	private final ToLongFunction<String> tickets;

	/**
	 * Create the store of a cache.
	 * @param gateway the way to Redis
	 * @param versions has the state of the cache
	 * @param clock learns the server's time by the way
	 * @param waiterChannels what stands before a waiter's name in its channel
	 * @param tickets gives a ticket of the near cache for a key that is going to be read
	 */
	EntryStore(RedisGateway gateway, CacheVersions versions, ServerClock clock, String waiterChannels,
			ToLongFunction<String> tickets) {
		this.gateway = gateway;
		this.versions = versions;
		this.clock = clock;
		this.waiterChannels = waiterChannels;
		this.tickets = tickets;
	}

	/**
	 * The same store for a thread that waits for each answer.
	 * @return its calls return when they are over
	 * @see RedisGateway#waiting
	 */
	EntryStore waiting() {
		return new EntryStore(this.gateway.waiting(), this.versions, this.clock, this.waiterChannels, this.tickets);
	}

	/**
	 * Read an entry.
	 * @param key its key
	 * @return the entry and the state of the cache
	 */
	CompletionStage<Read> read(String key) {
		long ticket = this.tickets.applyAsLong(key);
		byte[] bytes = RedisGateway.utf8(key);
		return this.gateway.command((redis) -> redis.mget(bytes, this.versions.stateKey()))
			.thenCompose((found) -> this.versions.state(found.get(1).getValueOrElse(null))
				.thenApply((state) -> new Read(found.get(0).getValueOrElse(null), ticket, state)));
	}

	/**
	 * Read entries.
	 * @param keys their keys
	 * @return as many as keys
	 */
	CompletionStage<List<Read>> readAll(List<String> keys) {
		long[] tickets = keys.stream().mapToLong(this.tickets).toArray();
		byte[][] asked = new byte[keys.size() + 1][];
		for (int i = 0; i < keys.size(); i++) {
			asked[i] = RedisGateway.utf8(keys.get(i));
		}
		asked[keys.size()] = this.versions.stateKey();
		return this.gateway.command((redis) -> redis.mget(asked))
			.thenCompose((found) -> this.versions.state(found.get(keys.size()).getValueOrElse(null))
				.thenApply((state) -> IntStream.range(0, keys.size())
					.mapToObj((i) -> new Read(found.get(i).getValueOrElse(null), tickets[i], state))
					.toList()));
	}

	/**
	 * Read an entry; if there is none that serves, take the right to load it.
	 * @param key its key
	 * @param request which entry would serve, and who asks
	 * @return the entry or the lease, and the state of the cache
	 */
	CompletionStage<LeaseReply> lease(String key, LeaseRequest request) {
		long sent = System.nanoTime();
		long ticket = this.tickets.applyAsLong(key);
		return executeAndRead(LEASE, key, request.token(), request.leaseMillis(), request.unwanted(),
				request.keep() ? 1 : 0, request.leastGeneration(), request.waiter())
			.thenApply((answer) -> {
				this.clock.heard((Long) answer.reply().get(1), sent);
				return LeaseReply.read(answer.reply(), answer.state(), ticket);
			});
	}

	/**
	 * Write what was loaded under a lease, if it is still there.
	 * @param key the key
	 * @param token the token of the lease
	 * @param entry the entry, whose expiry is set by the server
	 * @param life for how long
	 * @return whether the lease was there, and the state of the cache after that
	 */
	CompletionStage<LeaseEnd> fill(String key, String token, byte[] entry, Life life) {
		long sent = System.nanoTime();
		return executeAndRead(FILL, key, token, entry, life.freshMicros(), life.storedMillis(), this.waiterChannels)
			.thenApply((answer) -> {
				this.clock.heard((Long) answer.reply().get(1), sent);
				return new LeaseEnd((Long) answer.reply().get(0) == 1, answer.state());
			});
	}

	/**
	 * Give up a lease.
	 * @param key the key
	 * @param token the token of the lease
	 * @param pauseMicros for how long the entry that was there before is not tried to be
	 * replaced
	 * @param keepStale whether that entry stays although it is stale
	 * @return whether the lease was there, and the state of the cache after that
	 */
	CompletionStage<LeaseEnd> release(String key, String token, long pauseMicros, boolean keepStale) {
		return executeAndRead(RELEASE, key, token, pauseMicros, keepStale ? 1 : 0, this.waiterChannels)
			.thenApply((answer) -> new LeaseEnd((Long) answer.reply().get(0) == 1, answer.state()));
	}

	/**
	 * Keep a lease for longer.
	 * @param key the key
	 * @param token the token of the lease
	 * @param leaseMillis for how long from now
	 * @return whether the lease was there
	 */
	CompletionStage<Boolean> renew(String key, String token, long leaseMillis) {
		return this.gateway.execute(RENEW, List.of(key), token, leaseMillis).thenApply((count) -> count > 0);
	}

	/**
	 * Write an entry whatever is there.
	 * @param key the key
	 * @param entry the entry
	 * @param life for how long
	 * @return the state of the cache at some time since this was called
	 */
	CompletionStage<CacheState> put(String key, byte[] entry, Life life) {
		Command<byte[], byte[], String> set = new Command<>(CommandType.SET,
				new StatusOutput<>(ByteArrayCodec.INSTANCE),
				new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(RedisGateway.utf8(key))
					.addValue(entry)
					.add(CommandKeyword.PX)
					.add(life.storedMillis()));
		return this.gateway.command(set, this.versions.stateRead()).thenCompose(this.versions::state);
	}

	/**
	 * Write an entry, unless the one that is there was created later.
	 * @param key the key
	 * @param entry the entry
	 * @param life for how long
	 * @return the state of the cache after that
	 */
	CompletionStage<CacheState> putNewer(String key, byte[] entry, Life life) {
		return executeAndRead(PUT_NEWER, key, entry, life.storedMillis(), this.waiterChannels).thenApply(Answer::state);
	}

	/**
	 * Write an entry where there is none.
	 * @param key the key
	 * @param unwanted identity of the entry that counts as none
	 * @param entry the entry
	 * @param life for how long
	 * @return whether it was written
	 */
	CompletionStage<Boolean> putIfAbsent(String key, byte[] unwanted, byte[] entry, Life life) {
		return this.gateway.execute(PUT_IF_ABSENT, List.of(key), unwanted, entry, life.storedMillis())
			.thenApply((count) -> count > 0);
	}

	/**
	 * Remove an entry and the lease of whoever loads it.
	 * @param key the key
	 * @return whether there was one
	 */
	CompletionStage<Boolean> evict(String key) {
		return this.gateway.execute(EVICT, List.of(key), this.waiterChannels).thenApply((count) -> count > 0);
	}

	/**
	 * Let an entry live longer.
	 * @param key the key
	 * @param identity its first bytes
	 * @param idleMicros for how long from now
	 * @param limitMicros but not longer than this after its creation
	 * @param staleMillis how long it stays in Redis after that
	 * @return whether it was there
	 */
	CompletionStage<Boolean> touch(String key, byte[] identity, long idleMicros, long limitMicros, long staleMillis) {
		return this.gateway.execute(TOUCH, List.of(key), identity, idleMicros, limitMicros, staleMillis)
			.thenApply((count) -> count > 0);
	}

	/**
	 * Ask the server what time it is, if that is not known.
	 * @return when it is known
	 */
	CompletionStage<ServerClock> clock() {
		if (this.clock.isKnown()) {
			return CompletableFuture.completedFuture(this.clock);
		}
		long sent = System.nanoTime();
		return this.gateway.command((redis) -> redis.time()).thenApply((time) -> {
			this.clock.heard(number(time.get(0)) * 1_000_000 + number(time.get(1)), sent);
			return this.clock;
		});
	}

	// The script reads the state, too. On a cluster that lies in another slot and is
	// asked for right behind.
	private CompletionStage<Answer> executeAndRead(LuaScript<List<Object>> script, String key, Object... args) {
		if (!this.gateway.isCluster()) {
			return this.gateway.execute(script, List.of(key, this.versions.stateName()), args)
				.thenCompose((reply) -> this.versions.state((byte[]) reply.get(reply.size() - 1))
					.thenApply((state) -> new Answer(reply, state)));
		}
		CompletionStage<List<Object>> executed = this.gateway.execute(script, List.of(key), args);
		CompletionStage<CacheState> read = readState();
		return executed.thenCompose((reply) -> read.thenApply((state) -> new Answer(reply, state)));
	}

	private CompletionStage<CacheState> readState() {
		return this.gateway.command((redis) -> redis.get(this.versions.stateKey())).thenCompose(this.versions::state);
	}

	private static long number(byte[] text) {
		return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
	}

	/**
	 * What was read, which the thread makes sense of that needs it and not the driver's.
	 *
	 * @param bytes what was there
	 * @param ticket what the near cache gave before
	 * @param state the state of the cache
	 */
	record Read(byte @Nullable [] bytes, long ticket, CacheState state) {

		StoredEntry stored() {
			return StoredEntry.read(this.bytes, this.ticket);
		}

	}

	private record Answer(List<Object> reply, CacheState state) {
	}

	/**
	 * How a lease ended.
	 *
	 * @param held whether it was still there
	 * @param state the state of the cache
	 */
	record LeaseEnd(boolean held, CacheState state) {
	}

	/**
	 * For how long an entry is written.
	 *
	 * @param freshMicros until it expires, in microseconds
	 * @param storedMillis until Redis forgets it, in milliseconds
	 */
	record Life(long freshMicros, long storedMillis) {
	}

	/**
	 * Who asks for a lease.
	 *
	 * @param token unique token
	 * @param leaseMillis how long the lease lasts
	 * @param unwanted identity of the entry that does not serve, or empty
	 * @param keep whether that one may be served to others until it is replaced
	 * @param leastGeneration entries of an older generation count as none
	 * @param waiter who is told when another's lease ends, or empty
	 */
	record LeaseRequest(String token, long leaseMillis, byte[] unwanted, boolean keep, long leastGeneration,
			String waiter) {
	}

}
