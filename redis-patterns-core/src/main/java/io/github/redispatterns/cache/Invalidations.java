package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.cache.InvalidationLog.What;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * Invalidates entries of one cache: in Redis, then in this node, and tells the others.
 * What Redis does not hear of is remembered and applied before it is believed again.
 */
final class Invalidations {

	private static final Log logger = LogFactory.getLog(Invalidations.class);

	private static final Duration RETRY = Duration.ofMillis(200);

	private static final int PAGE = 500;

	/** With a margin, because no two nodes' time runs the same. */
	private static final Duration IN_TIME = InvalidationLog.GRACE.dividedBy(2);

	private final String cache;

	private final RedisGateway gateway;

	private final EntryStore store;

	private final CacheVersions versions;

	private final @Nullable InvalidationLog log;

	private final OnRedisFailure mode;

	private final CacheStatistics statistics;

	private final LocalState local;

	private final Unapplied unapplied = new Unapplied();

	private boolean repairing;

	/**
	 * Create the invalidations of a cache.
	 * @param cache the name of the cache
	 * @param settings its settings
	 * @param resources what all caches share; the log is used if there is a near cache
	 * @param store has the entries
	 * @param versions has the epochs
	 * @param local what this node knows
	 */
	Invalidations(String cache, CacheSettings settings, CacheResources resources, EntryStore store,
			CacheVersions versions, LocalState local) {
		this.cache = cache;
		this.gateway = resources.gateway();
		this.log = (settings.near() != null) ? resources.log() : null;
		this.mode = settings.onRedisFailure();
		this.store = store;
		this.versions = versions;
		this.statistics = local.statistics();
		this.local = local;
	}

	/**
	 * Whether what Redis says of an entry can be believed.
	 * @param key its key
	 * @return {@code false} while it does not know of an invalidation
	 */
	boolean trusts(String key) {
		return this.unapplied.trusts(key);
	}

	boolean isComplete() {
		return this.unapplied.isEmpty();
	}

	/**
	 * Remove an entry.
	 * @param key its key
	 * @return whether there was one
	 */
	CompletionStage<Boolean> evict(String key) {
		return evict(List.of(key)).thenApply((count) -> count > 0);
	}

	/**
	 * Remove entries.
	 * @param keys their keys
	 * @return how many there were
	 */
	CompletionStage<Long> evict(Collection<String> keys) {
		this.statistics.add(Event.EVICTION);
		return this.gateway.observations()
			.observe(CacheObservation.EVICT, this.cache,
					() -> remembered(tryEvict(keys), 0L, () -> this.unapplied.addKeys(keys)),
					(count) -> (count > 0) ? "found" : "absent");
	}

	/**
	 * Invalidate all entries.
	 * @return whether that is done, or remembered
	 */
	CompletionStage<Boolean> clear() {
		return observed(() -> remembered(tryClear().thenApply((state) -> true), false, this.unapplied::addAll));
	}

	/**
	 * Invalidate the entries with one of some tags.
	 * @param tags the tags
	 * @return whether that is done, or remembered
	 */
	CompletionStage<Boolean> invalidate(Collection<String> tags) {
		return observed(() -> remembered(tryInvalidate(tags).thenApply((state) -> true), false,
				() -> this.unapplied.addTags(tags)));
	}

	private CompletionStage<Boolean> observed(Supplier<CompletionStage<Boolean>> invalidation) {
		this.statistics.add(Event.EVICTION);
		return this.gateway.observations()
			.observe(CacheObservation.INVALIDATE, this.cache, invalidation, (done) -> done ? "done" : "remembered");
	}

	/**
	 * Tell the other nodes of a change along with making it: what they read right after
	 * that does not stay near. They wait for it only so long. If it took longer, whatever
	 * the reason, they may have taken the old value in again, and are told once more. One
	 * that fails is told of when it is repeated.
	 * @param <T> the type of the result
	 * @param keys the keys of the entries
	 * @param change sends the change
	 * @return the result, when it is done and told
	 */
	<T> CompletionStage<T> announced(Collection<String> keys, Supplier<CompletionStage<T>> change) {
		if (this.log == null) {
			return change.get();
		}
		long start = System.nanoTime();
		CompletionStage<?> told = changed(keys);
		return change.get().thenCombine(told, (result, done) -> result).thenCompose((result) -> {
			boolean inTime = System.nanoTime() - start < IN_TIME.toNanos();
			return inTime ? CompletableFuture.completedFuture(result) : changed(keys).thenApply((toldAgain) -> result);
		});
	}

	/**
	 * Tell the other nodes that entries have another value.
	 * @param keys their keys
	 * @return when that is done
	 */
	CompletionStage<?> changed(Collection<String> keys) {
		return append(What.KEY, null, keys);
	}

	/**
	 * Remember that a write did not reach Redis, or perhaps did.
	 * @param keys the keys
	 * @param failure why
	 * @return {@code false}, or a failure if outages are to be seen
	 */
	CompletionStage<Boolean> notWritten(Collection<String> keys, Throwable failure) {
		return remembered(CompletableFuture.<Boolean>failedFuture(failure), false, () -> this.unapplied.addKeys(keys));
	}

	private CompletionStage<Long> tryEvict(Collection<String> keys) {
		return announced(keys, () -> evictEach(keys)).whenComplete((count, failure) -> this.local.evicted(keys));
	}

	private CompletionStage<Long> evictEach(Collection<String> keys) {
		CompletionStage<Long> evicted = CompletableFuture.completedFuture(0L);
		for (String key : keys) {
			evicted = evicted.thenCombine(this.store.evict(key), (count, found) -> found ? count + 1 : count);
		}
		return evicted;
	}

	private CompletionStage<CacheState> tryClear() {
		return this.versions.clear()
			.thenCompose((state) -> append(What.ALL, state, List.of()).thenApply((told) -> state))
			.whenComplete((state, failure) -> this.local.cleared(state));
	}

	private CompletionStage<CacheState> tryInvalidate(Collection<String> tags) {
		return this.versions.invalidate(tags)
			.thenCompose((state) -> append(What.TAG, state, tags).thenApply((told) -> state))
			.whenComplete((state, failure) -> this.local.invalidated(tags, state));
	}

	/**
	 * Remove the entries whose keys match a pattern.
	 * @param pattern a {@code SCAN} pattern
	 * @param filter which of them to remove
	 * @return the removal under way
	 */
	Sweep sweep(String pattern, Predicate<String> filter) {
		return Sweep.start(this.gateway, pattern, filter, (keys) -> {
			this.local.evicted(keys);
			return append(What.KEY, null, keys);
		});
	}

	private CompletionStage<?> append(What what, @Nullable CacheState state, Collection<String> names) {
		if (this.log == null) {
			return CompletableFuture.completedFuture(null);
		}
		if (names.size() <= PAGE) {
			return this.log.append(this.cache, what, state, names);
		}
		List<String> all = List.copyOf(names);
		CompletionStage<?> appended = CompletableFuture.completedFuture(null);
		for (int from = 0; from < all.size(); from += PAGE) {
			appended = appended.thenCombine(
					this.log.append(this.cache, what, state, all.subList(from, Math.min(from + PAGE, all.size()))),
					(before, now) -> now);
		}
		return appended;
	}

	private <T> CompletionStage<T> remembered(CompletionStage<T> operation, T instead, Runnable remember) {
		return operation.handle((result, failure) -> {
			Throwable cause = (failure != null) ? RedisPatternsException.causeOf(failure) : null;
			if (!(cause instanceof RedisUnavailableException outage)) {
				return (cause != null) ? CompletableFuture.<T>failedFuture(cause)
						: CompletableFuture.completedFuture(result);
			}
			remember.run();
			repairLater(outage);
			return (this.mode == OnRedisFailure.CLOSED) ? CompletableFuture.<T>failedFuture(outage)
					: CompletableFuture.completedFuture(instead);
		}).thenCompose(Function.identity());
	}

	private synchronized void repairLater(RedisUnavailableException outage) {
		this.statistics.add(Event.REDIS_FAILURE);
		if (!this.repairing) {
			this.repairing = true;
			logger.warn("Redis did not hear of an invalidation in cache '%s', which will be repeated: %s"
				.formatted(this.cache, outage.getMessage()));
			this.gateway.timers().after(RETRY, this::repair);
		}
	}

	private void repair() {
		Unapplied.Batch batch = this.unapplied.batch();
		apply(batch).whenComplete((done, failure) -> repaired(batch, failure));
	}

	private synchronized void repaired(Unapplied.Batch batch, @Nullable Throwable failure) {
		if (failure == null) {
			this.unapplied.applied(batch);
		}
		this.repairing = !this.unapplied.isEmpty();
		if (this.repairing) {
			this.gateway.timers().after(RETRY, this::repair);
		}
		else {
			logger.info("Redis has heard of all invalidations in cache '%s'".formatted(this.cache));
		}
	}

	private CompletionStage<?> apply(Unapplied.Batch batch) {
		if (batch.all() > 0) {
			return tryClear();
		}
		CompletionStage<?> tags = batch.tags().isEmpty() ? CompletableFuture.completedFuture(null)
				: tryInvalidate(batch.tags().keySet());
		return tags.thenCompose((done) -> tryEvict(batch.keys().keySet()));
	}

	/** What this node knows of the cache, and forgets. */
	interface LocalState {

		/**
		 * Entries were removed, or perhaps were.
		 * @param keys their keys
		 */
		void evicted(Collection<String> keys);

		/**
		 * All entries were invalidated.
		 * @param state the state since then, {@code null} if that is not known
		 */
		void cleared(@Nullable CacheState state);

		/**
		 * Tags were invalidated.
		 * @param tags the tags
		 * @param state the state since then, {@code null} if that is not known
		 */
		void invalidated(Collection<String> tags, @Nullable CacheState state);

		/**
		 * Where to count.
		 * @return the statistics
		 */
		CacheStatistics statistics();

	}

}
