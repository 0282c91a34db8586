package io.github.redispatterns.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.codec.EntryMetadata;
import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.SharedRead;
import io.github.redispatterns.key.KeySpace;

/**
 * Says which entries of a cache are invalid. Invalidating a tag or the whole cache writes
 * one number, however many entries there are; entries are compared with it when they are
 * read.
 * <p>
 * The {@linkplain CacheState state} comes along with each read. Which tags were
 * invalidated is remembered here, and fetched only when the state says that there is
 * something new. Where Redis has lost its part, all entries are invalid.
 * <p>
 * Keys <code>prefix:cache-state:{name}</code> (string) and
 * <code>prefix:cache-tags:{name}</code> (sorted set).
 */
final class CacheVersions {

	/** How many tags are known, here and in Redis, before the oldest are forgotten. */
	static final int MAX_TAGS = 100_000;

	private static final LuaScript<byte @Nullable []> INVALIDATE = LuaScript.value("cache/invalidate");

	private static final LuaScript<byte @Nullable []> OPEN = LuaScript.value("cache/open");

	private final RedisGateway gateway;

	private final List<String> keys;

	private final byte[] stateKey;

	private final SharedRead<byte @Nullable []> stateRead;

	private final byte[] tagsKey;

	private final long lifeMillis;

	private final Map<String, Long> invalidated = new ConcurrentHashMap<>();

	private volatile long knownEpoch;

	private volatile long forgotten;

	private volatile @Nullable CompletionStage<CacheState> opening;

	private volatile long openAgainNanos;

	private volatile @Nullable CompletableFuture<Boolean> catchingUp;

	private volatile LastRead lastRead = new LastRead(null, null);

	/**
	 * Create the versions of a cache.
	 * @param gateway the way to Redis
	 * @param root the key space of the application
	 * @param name the name of the cache
	 * @param longestLife how long an entry can stay in Redis at most
	 */
	CacheVersions(RedisGateway gateway, KeySpace root, String name, Duration longestLife) {
		this.gateway = gateway;
		this.keys = List.of(root.child("cache-state").key(name), root.child("cache-tags").key(name));
		this.stateKey = RedisGateway.utf8(this.keys.get(0));
		this.stateRead = new SharedRead<>(
				() -> new Command<>(CommandType.GET, new ValueOutput<>(ByteArrayCodec.INSTANCE),
						new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(this.stateKey)));
		this.tagsKey = RedisGateway.utf8(this.keys.get(1));
		this.lifeMillis = longestLife.multipliedBy(2).plusDays(1).toMillis();
	}

	/**
	 * The key that is read along with entries.
	 * @return the key of the state
	 */
	String stateName() {
		return this.keys.get(0);
	}

	/**
	 * The same for commands.
	 * @return the key of the state
	 */
	byte[] stateKey() {
		return this.stateKey;
	}

	/**
	 * What is sent along with an entry that is written, to learn the state.
	 * @return for all who write at a time
	 */
	SharedRead<byte @Nullable []> stateRead() {
		return this.stateRead;
	}

	/**
	 * The state that was read along with an entry, made sure to be one that lasts.
	 * @param read what lay under {@link #stateKey}
	 * @return the state, mostly at once
	 */
	CompletionStage<CacheState> state(byte @Nullable [] read) {
		CacheState state = parsed(read);
		if (state == null) {
			return open();
		}
		if (System.nanoTime() - this.openAgainNanos >= 0) {
			open();
		}
		return CompletableFuture.completedFuture(state);
	}

	// The same one comes along with nearly every read.
	private @Nullable CacheState parsed(byte @Nullable [] read) {
		LastRead last = this.lastRead;
		if (Arrays.equals(last.bytes(), read)) {
			return last.state();
		}
		CacheState state = CacheState.parse(read);
		this.lastRead = new LastRead(read, state);
		return state;
	}

	// Not while it is under way: a crowd that finds no state opens it once.
	private synchronized CompletionStage<CacheState> open() {
		CompletionStage<CacheState> known = this.opening;
		if (known != null && !known.toCompletableFuture().isDone()) {
			return known;
		}
		this.openAgainNanos = System.nanoTime() + Duration.ofMillis(this.lifeMillis).toNanos() / 4;
		CompletionStage<CacheState> opened = this.gateway.execute(OPEN, this.keys, this.lifeMillis)
			.thenApply(CacheVersions::required);
		this.opening = opened;
		return opened;
	}

	/**
	 * Invalidate all entries that were loaded before now.
	 * @return the state from then on
	 */
	CompletionStage<CacheState> clear() {
		return invalidate(List.of());
	}

	/**
	 * Invalidate the entries with one of some tags that were loaded before now.
	 * @param tags the tags
	 * @return the state from then on
	 */
	CompletionStage<CacheState> invalidate(Collection<String> tags) {
		List<Object> args = new ArrayList<>(tags.size() + 2);
		args.add(this.lifeMillis);
		args.add(MAX_TAGS);
		args.addAll(tags);
		return this.gateway.execute(INVALIDATE, this.keys, args.toArray()).thenApply(CacheVersions::required);
	}

	/**
	 * Whether an entry is valid, as far as that is known here.
	 * @param entry the entry
	 * @param state the state that was read along with it
	 * @return {@code null} if {@link #catchUp} must be called first
	 */
	@Nullable Boolean isValid(EntryMetadata entry, CacheState state) {
		if (!state.includes(entry)) {
			return false;
		}
		if (state.isUndisputed(entry)) {
			return true;
		}
		if (entry.generation() < Math.max(state.forgotten(), this.forgotten)) {
			return false;
		}
		return (this.knownEpoch >= state.epoch()) ? !isAnyInvalidated(entry) : null;
	}

	/**
	 * Whether one of the tags of an entry is known to be invalidated since it was loaded.
	 * @param entry the entry
	 * @return {@code false} also if that happened but was not heard of
	 */
	boolean isDisputed(EntryMetadata entry) {
		return !entry.tagVersions().isEmpty() && (entry.generation() < this.forgotten || isAnyInvalidated(entry));
	}

	/**
	 * Learn that tags were invalidated.
	 * @param tags the tags
	 * @param state the state of the cache since then
	 */
	void heard(Collection<String> tags, CacheState state) {
		tags.forEach((tag) -> this.invalidated.merge(tag, state.epoch(), Math::max));
		if (this.invalidated.size() > 2 * MAX_TAGS) {
			forget(state.epoch());
		}
	}

	private void forget(long epoch) {
		if (epoch > this.forgotten) {
			this.forgotten = epoch;
			this.invalidated.values().removeIf((invalidation) -> invalidation <= epoch);
		}
	}

	private boolean isAnyInvalidated(EntryMetadata entry) {
		for (String tag : entry.tagVersions().keySet()) {
			Long epoch = this.invalidated.get(tag);
			if (epoch != null && epoch > entry.generation()) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Learn which tags were invalidated up to a state.
	 * @param state the state
	 * @return {@code false} if Redis does not know it any more; the cache was cleared
	 * then
	 */
	CompletionStage<Boolean> catchUp(CacheState state) {
		CompletableFuture<Boolean> running = this.catchingUp;
		if (running != null && !running.isDone()) {
			return running.thenCompose((known) -> (this.knownEpoch >= state.epoch())
					? CompletableFuture.completedFuture(known) : catchUp(state));
		}
		CompletableFuture<Boolean> mine = fetch(state).toCompletableFuture();
		this.catchingUp = mine;
		return mine;
	}

	private CompletionStage<Boolean> fetch(CacheState state) {
		Range<Long> news = Range.from(Range.Boundary.excluding(this.knownEpoch), Range.Boundary.unbounded());
		return this.gateway.command((redis) -> redis.zrangebyscoreWithScores(this.tagsKey, news))
			.thenCompose((tags) -> learn(tags, state));
	}

	private CompletionStage<Boolean> learn(List<ScoredValue<byte[]>> tags, CacheState state) {
		long latest = this.knownEpoch;
		for (ScoredValue<byte[]> tag : tags) {
			long epoch = (long) tag.getScore();
			this.invalidated.merge(new String(tag.getValue(), StandardCharsets.UTF_8), epoch, Math::max);
			latest = Math.max(latest, epoch);
		}
		if (latest < state.epoch()) {
			return forgetIfLost(state);
		}
		this.knownEpoch = Math.max(this.knownEpoch, latest);
		forget(state.forgotten());
		return CompletableFuture.completedFuture(true);
	}

	// The cache was cleared meanwhile, or else the tags are lost and nothing can be
	// relied on.
	private CompletionStage<Boolean> forgetIfLost(CacheState state) {
		return this.gateway.command((redis) -> redis.get(this.stateKey)).thenCompose((read) -> {
			CacheState now = CacheState.parse(read);
			return state.equals(now) ? clear().thenApply((cleared) -> false) : CompletableFuture.completedFuture(false);
		});
	}

	private static CacheState required(byte @Nullable [] reply) {
		CacheState state = CacheState.parse(reply);
		if (state == null) {
			throw new IllegalStateException("Not the state of a cache");
		}
		return state;
	}

	private record LastRead(byte @Nullable [] bytes, @Nullable CacheState state) {
	}

}
