package io.github.redispatterns.lock;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * A lock for one holder: the plain mutex, and the fair one.
 * <p>
 * Keys, all with the hash tag <code>{name}</code>: <code>prefix:lock:{name}</code>, a
 * string that names the owner, or the node whose turn it is; expires with the lease.
 * <code>...:fence</code>, the last token; remembered for {@link #FENCE_MEMORY}.
 * <code>...:queue</code>, a sorted set of the nodes that wait by the time since when;
 * there only while nodes wait.
 */
final class MutexProtocol implements Protocol {

	/**
	 * Tokens follow the server's clock: the last one only matters when that clock steps
	 * back.
	 */
	static final Duration FENCE_MEMORY = Duration.ofHours(1);

	private static final LuaScript<Long> ACQUIRE = LuaScript.integer("lock/acquire");

	private static final LuaScript<Long> TURN_OVER = LuaScript.integer("lock/turn-over");

	private static final LuaScript<Long> EXTEND = LuaScript.integer("lock/extend");

	private static final LuaScript<Long> RELEASE = LuaScript.integer("lock/release");

	private static final LuaScript<Long> LEAVE = LuaScript.integer("lock/leave");

	// Encoded once: these go with every attempt.

	private static final byte[] YES = RedisGateway.utf8("1");

	private static final byte[] NO = RedisGateway.utf8("0");

	private final LockEngine engine;

	private final String name;

	private final String key;

	private final boolean fair;

	private final List<String> keys;

	private final List<String> lockAndQueue;

	MutexProtocol(LockEngine engine, String name, boolean fair) {
		this.engine = engine;
		this.name = name;
		this.key = engine.key(name);
		this.fair = fair;
		this.keys = List.of(this.key, this.key + ":fence", this.key + ":queue");
		this.lockAndQueue = List.of(this.key, this.key + ":queue");
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String id() {
		return this.fair ? "fair " + this.key : this.key;
	}

	@Override
	public String watchedKey() {
		return this.key;
	}

	@Override
	public boolean isExclusive() {
		return true;
	}

	@Override
	public CompletionStage<Long> acquire(RedisGateway redis, Claim claim) {
		return send(redis, ACQUIRE, claim);
	}

	@Override
	public CompletionStage<Long> turnOver(RedisGateway redis, Claim claim) {
		return send(redis, TURN_OVER, claim);
	}

	private CompletionStage<Long> send(RedisGateway redis, LuaScript<Long> script, Claim claim) {
		return redis.execute(script, this.keys, claim.owner(), claim.leaseMillis(), this.engine.highestToken(),
				member(), claim.waitedMicros(), claim.joinsQueue() ? YES : NO, this.fair ? YES : NO);
	}

	@Override
	public CompletionStage<Boolean> extend(RedisGateway redis, String owner, long leaseMillis) {
		return redis.execute(EXTEND, List.of(this.key), owner, leaseMillis).thenApply((reply) -> reply == 1);
	}

	@Override
	public CompletionStage<Boolean> isHeld(RedisGateway redis, String owner) {
		byte[] bytes = RedisGateway.utf8(this.key);
		return redis.<byte @Nullable []>command((commands) -> commands.get(bytes))
			.thenApply((value) -> value != null && owner.equals(text(value)));
	}

	@Override
	public CompletionStage<Boolean> release(RedisGateway redis, String owner) {
		return redis.execute(RELEASE, this.lockAndQueue, owner).thenApply((reply) -> reply == 1);
	}

	/**
	 * Give the lock back for whoever has it.
	 * @param redis the way
	 * @return {@code false} if nobody had it
	 */
	CompletionStage<Boolean> forceRelease(RedisGateway redis) {
		byte[] bytes = RedisGateway.utf8(this.key);
		return redis.<byte @Nullable []>command((commands) -> commands.get(bytes))
			.thenCompose((owner) -> (owner != null && owner[0] != '>') ? release(redis, text(owner))
					: CompletableFuture.completedFuture(false));
	}

	@Override
	public CompletionStage<?> leave(RedisGateway redis) {
		return redis.execute(LEAVE, this.lockAndQueue, member());
	}

	@Override
	public CompletionStage<Optional<LockHolder>> holder(RedisGateway redis) {
		byte[] bytes = RedisGateway.utf8(this.key);
		CompletionStage<@Nullable String> owner = redis.<byte @Nullable []>command((commands) -> commands.get(bytes))
			.thenApply((value) -> (value != null && value[0] != '>') ? text(value) : null);
		return LockHolder.read(redis, owner, this.key, this.keys.get(1), this.keys.get(2));
	}

	@Override
	public int tokens() {
		return this.fair ? 1 : Gate.LONGEST_TURN;
	}

	private Object member() {
		return this.fair ? "fair/" + this.engine.id() : this.engine.encodedId();
	}

	private static String text(byte[] value) {
		return new String(value, StandardCharsets.UTF_8);
	}

	@Override
	public String toString() {
		return "lock '" + this.name + "'";
	}

}
