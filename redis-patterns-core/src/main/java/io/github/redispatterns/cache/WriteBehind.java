package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.cache.WriteQueue.Write;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * Writes to the source of one cache what was put there before. A write is taken once it
 * lies in Redis. One node at a time does the writes of a cache; when it dies, another one
 * goes on, so a write is done at least once. Of several writes of a key only the last
 * waits.
 */
final class WriteBehind {

	private static final Log logger = LogFactory.getLog(WriteBehind.class);

	/** How long a node that does not say otherwise counts as doing the writes. */
	private static final Duration CLAIM = Duration.ofSeconds(5);

	/** How many batches are read at once. */
	private static final int READ_AHEAD = 10;

	private static final Duration FULL_PAUSE = Duration.ofMillis(50);

	private static final Duration DRAIN = Duration.ofSeconds(10);

	private final String cache;

	private final WriteBehindSettings settings;

	private final RedisGateway gateway;

	private final WriteQueue queue;

	private final Executor executor;

	private final String token = "%016x".formatted(ThreadLocalRandom.current().nextLong());

	private final WriteRetries retries;

	private final WriteBatches batches;

	private final ReentrantLock turn = new ReentrantLock();

	private volatile long claimedUntil = System.nanoTime();

	private volatile long waiting;

	/** From a start to its end; {@code null} while nothing is written. */
	private volatile @Nullable Object pursuit;

	private volatile long drainUntil = System.nanoTime();

	WriteBehind(String cache, WriteBehindSettings settings, RedisGateway gateway, WriteQueue queue, Executor executor) {
		this.cache = cache;
		this.settings = settings;
		this.gateway = gateway;
		this.queue = queue;
		this.executor = executor;
		this.retries = new WriteRetries(settings);
		this.batches = new WriteBatches(cache, gateway, queue, this.token, this.retries, this::isClaimed);
	}

	/**
	 * Take a write.
	 * @param entry the key of the entry
	 * @param key the key as the application knows it
	 * @param value the value, or {@code null} to delete it
	 * @return its number when it is in Redis, or a {@link CacheWritesFullException}
	 */
	CompletionStage<Long> take(String entry, Object key, @Nullable Object value) {
		return take(entry, key, value, System.nanoTime() + this.settings.maxWait().toNanos());
	}

	private CompletionStage<Long> take(String entry, Object key, @Nullable Object value, long until) {
		return this.queue.append(entry, key, value, this.settings.maxPending()).thenCompose((number) -> {
			if (number > 0) {
				return CompletableFuture.completedFuture(number);
			}
			return (System.nanoTime() - until < 0)
					? this.gateway.timers().pause(FULL_PAUSE).thenCompose((over) -> take(entry, key, value, until))
					: CompletableFuture.failedFuture(new CacheWritesFullException(this.cache, this.settings));
		});
	}

	CompletionStage<WriteQueue.@Nullable Pending> pending(String entry) {
		return this.queue.pending(entry);
	}

	synchronized void start() {
		if (this.pursuit == null) {
			Object started = new Object();
			this.pursuit = started;
			again(started, this.settings.interval());
		}
	}

	/**
	 * Do what waits, also what would be tried again later, for some seconds at most.
	 * @return completes after that, even if the writer does not return, and never fails
	 */
	synchronized CompletableFuture<?> stop() {
		long until = System.nanoTime() + DRAIN.toNanos();
		this.drainUntil = until;
		this.pursuit = null;
		CompletableFuture<Boolean> overdue = this.gateway.timers().pause(DRAIN).thenApply((over) -> false);
		// An executor that takes nothing any more makes this a failure, too.
		return CompletableFuture.completedFuture(until)
			.thenApplyAsync(this::drain, this.executor)
			.applyToEither(overdue, Function.identity())
			.handle((drained, failure) -> {
				if (failure != null || !drained) {
					logger.warn("Cache '%s' stops before all was written; the rest stays in the stream for other nodes"
						.formatted(this.cache), failure);
				}
				return null;
			});
	}

	private boolean drain(long until) {
		try {
			if (!this.turn.tryLock(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
				return false;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		try {
			this.retries.clear();
			flush(() -> System.nanoTime() - until > 0);
			WriteQueue.Claim left = this.gateway.await(this.queue.disclaim(this.token));
			return !left.holds() || left.waiting() == 0;
		}
		finally {
			this.turn.unlock();
		}
	}

	/**
	 * How it is going.
	 * @return a snapshot; asks Redis
	 */
	WriteBehindStatus status() {
		return this.gateway.await(this.queue.status(this.token, this.batches.lastFailure()));
	}

	long waiting() {
		return this.waiting;
	}

	private void again(Object started, Duration delay) {
		this.gateway.timers().after(delay, () -> this.executor.execute(() -> {
			if (started == this.pursuit) {
				again(started, flushed(started));
			}
		}));
	}

	private Duration flushed(Object started) {
		try {
			flush(() -> started != this.pursuit);
		}
		catch (RedisUnavailableException ex) {
			logger.debug("Writes of cache '%s' wait for Redis".formatted(this.cache), ex);
			return this.settings.maxDelay();
		}
		catch (Throwable ex) {
			logger.error("Writes of cache '%s' wait and will be tried again".formatted(this.cache), ex);
			return this.settings.maxDelay();
		}
		return (this.batches.fruitless() > 0) ? this.settings.delay(this.batches.fruitless() - 1)
				: this.settings.interval();
	}

	// A call to the source that hangs since before the last stop may still have the turn.
	private void flush(BooleanSupplier enough) {
		if (!this.turn.tryLock()) {
			return;
		}
		try {
			boolean more = claimed() && this.waiting > 0;
			while (more) {
				int count = READ_AHEAD * this.settings.batchSize() + this.retries.size();
				List<Write> writes = this.gateway.await(this.queue.read(count));
				more = writeDue(writes, enough) && writes.size() == count && claimed();
			}
		}
		finally {
			this.turn.unlock();
		}
	}

	private boolean claimed() {
		this.waiting = this.gateway.await(claim()).waiting();
		if (!isClaimed()) {
			this.retries.clear();
		}
		return isClaimed();
	}

	private CompletionStage<WriteQueue.Claim> claim() {
		long until = System.nanoTime() + CLAIM.toNanos();
		return this.queue.claim(this.token, CLAIM).whenComplete((claim, failure) -> {
			if (claim != null) {
				this.claimedUntil = claim.holds() ? until : System.nanoTime();
			}
		});
	}

	// Another node may do the writes when this one has not been heard of for too long.
	private boolean isClaimed() {
		return System.nanoTime() - this.claimedUntil < 0;
	}

	private boolean writeDue(List<Write> writes, BooleanSupplier enough) {
		List<Write> due = this.retries.due(writes);
		int size = this.settings.batchSize();
		Renewal renewal = new Renewal();
		try {
			boolean takes = true;
			for (int i = 0; i < due.size() && takes && isClaimed() && !enough.getAsBoolean(); i += size) {
				takes = this.batches.write(due.subList(i, Math.min(i + size, due.size())));
			}
			return takes && isClaimed() && !enough.getAsBoolean();
		}
		finally {
			renewal.end();
		}
	}

	/** Keeps the claim while the writer works, unless it does not return after a stop. */
	private final class Renewal {

		private volatile boolean ended;

		Renewal() {
			WriteBehind.this.gateway.timers().repeat(CLAIM.dividedBy(3), () -> {
				if (isNeeded()) {
					claim();
				}
				return isNeeded();
			});
		}

		private boolean isNeeded() {
			boolean overdue = WriteBehind.this.pursuit == null && System.nanoTime() - WriteBehind.this.drainUntil > 0;
			return !this.ended && !overdue;
		}

		void end() {
			this.ended = true;
		}

	}

}
