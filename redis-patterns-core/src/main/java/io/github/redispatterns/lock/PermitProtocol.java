package io.github.redispatterns.lock;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * Locks that several may hold: each takes one of a number of permits, or all of them.
 * First come, first served, over all nodes, whatever is asked for.
 * <p>
 * Keys, all with the hash tag <code>{name}</code> below <code>prefix:lock:{name}</code>
 * and the kind: {@code holders}, a sorted set by the end of their leases, expires with
 * the last of them; {@code fence}, the last token; {@code queue} and {@code alive},
 * sorted sets of the nodes that wait, there only while nodes wait.
 */
final class PermitProtocol implements Protocol {

	/** Enough for all readers there ever are. */
	private static final long UNLIMITED = 1_000_000_000;

	private static final Duration COUNTS_FOR = Duration.ofSeconds(4);

	private static final Duration LONGEST_PARK = Duration.ofMillis(1500);

	private static final LuaScript<Long> ACQUIRE = LuaScript.integer("lock/permit-acquire");

	private static final LuaScript<Long> EXTEND = LuaScript.integer("lock/permit-extend");

	private static final LuaScript<Long> RELEASE = LuaScript.integer("lock/permit-release");

	private static final LuaScript<Long> LEAVE = LuaScript.integer("lock/permit-leave");

	private final LockEngine engine;

	private final String name;

	private final String kind;

	private final long permits;

	private final long capacity;

	private final String holders;

	private final List<String> keys;

	private PermitProtocol(LockEngine engine, String name, String kind, String keyKind, long permits, long capacity) {
		this.engine = engine;
		this.name = name;
		this.kind = kind;
		this.permits = permits;
		this.capacity = capacity;
		String key = engine.key(name) + ":" + keyKind + ":";
		this.holders = key + "holders";
		this.keys = List.of(this.holders, key + "fence", key + "queue", key + "alive");
	}

	static Protocol read(LockEngine engine, String name) {
		return new PermitProtocol(engine, name, "read", "rw", 1, UNLIMITED);
	}

	static Protocol write(LockEngine engine, String name) {
		return new PermitProtocol(engine, name, "write", "rw", UNLIMITED, UNLIMITED);
	}

	static Protocol semaphore(LockEngine engine, String name, int permits) {
		if (permits < 1) {
			throw new IllegalArgumentException(
					"Semaphore '%s' must have at least 1 permit but has %d".formatted(name, permits));
		}
		return new PermitProtocol(engine, name, "semaphore of " + permits, "permits", 1, permits);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String id() {
		return this.kind + " " + this.holders;
	}

	@Override
	public String watchedKey() {
		return this.holders;
	}

	@Override
	public boolean isExclusive() {
		return false;
	}

	@Override
	public CompletionStage<Long> acquire(RedisGateway redis, Claim claim) {
		return redis.execute(ACQUIRE, this.keys, claim.owner(), claim.leaseMillis(), node(), claim.waitedMicros(),
				claim.joinsQueue() ? 1 : 0, this.permits, this.capacity, this.engine.highestToken(),
				MutexProtocol.FENCE_MEMORY.toMillis(), COUNTS_FOR.toMillis());
	}

	@Override
	public CompletionStage<Long> turnOver(RedisGateway redis, Claim claim) {
		throw new IllegalStateException("Nobody hands on permits");
	}

	@Override
	public CompletionStage<Boolean> extend(RedisGateway redis, String owner, long leaseMillis) {
		return redis.execute(EXTEND, List.of(this.holders), member(owner), leaseMillis)
			.thenApply((reply) -> reply == 1);
	}

	@Override
	public CompletionStage<Boolean> isHeld(RedisGateway redis, String owner) {
		return extend(redis, owner, 0);
	}

	@Override
	public CompletionStage<Boolean> release(RedisGateway redis, String owner) {
		return redis.execute(RELEASE, List.of(this.holders), member(owner)).thenApply((reply) -> reply == 1);
	}

	@Override
	public CompletionStage<?> leave(RedisGateway redis) {
		return redis.execute(LEAVE, List.of(this.holders, this.keys.get(2), this.keys.get(3)), member(node()));
	}

	@Override
	public CompletionStage<Optional<LockHolder>> holder(RedisGateway redis) {
		byte[] key = RedisGateway.utf8(this.holders);
		CompletionStage<@Nullable String> last = redis.command((commands) -> commands.zrange(key, -1, -1))
			.thenApply((holders) -> holders.isEmpty() ? null : new String(holders.get(0), StandardCharsets.UTF_8));
		return LockHolder.read(redis, last, this.holders, this.keys.get(1), this.keys.get(2));
	}

	@Override
	public int tokens() {
		return 1;
	}

	@Override
	public Duration longestPark() {
		return LONGEST_PARK;
	}

	// Nodes with another number of permits wait by themselves.
	private String node() {
		return this.engine.id() + "#" + this.capacity;
	}

	private String member(String owner) {
		return this.permits + ":" + owner;
	}

	@Override
	public String toString() {
		return "%s lock '%s'".formatted(this.kind, this.name);
	}

}
