package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.cache.WriteQueue.Write;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * Writes to the source of one cache what was put there before. A write is taken once it
 * lies in Redis. One node at a time does the writes of a cache; when it dies, another one
 * goes on, so a write is done at least once.
 * <p>
 * Of several writes of a key the last is done. A write that fails is tried again later,
 * and all later ones of its key with it; the others go on. While all fail, the source is
 * taken for down, and nothing is given up.
 */
final class WriteBehind {

	private static final Log logger = LogFactory.getLog(WriteBehind.class);

	/** How long a node that does not say otherwise counts as doing the writes. */
	private static final Duration CLAIM = Duration.ofSeconds(5);

	/** How many batches are read at once, because many of their writes may be one. */
	private static final int READ_AHEAD = 10;

	private static final Duration FULL_PAUSE = Duration.ofMillis(50);

	private static final Duration DRAIN = Duration.ofSeconds(10);

	private final String cache;

	private final WriteBehindSettings settings;

	private final RedisGateway gateway;

	private final WriteQueue queue;

	private final Executor executor;

	private final String token = "%016x".formatted(ThreadLocalRandom.current().nextLong());

	private final Map<String, Failures> failures = new HashMap<>();

	private int fruitless;

	private volatile long waiting;

	private volatile boolean running;

	private volatile @Nullable String lastFailure;

	WriteBehind(String cache, WriteBehindSettings settings, RedisGateway gateway, WriteQueue queue, Executor executor) {
		this.cache = cache;
		this.settings = settings;
		this.gateway = gateway;
		this.queue = queue;
		this.executor = executor;
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
		if (!this.running) {
			this.running = true;
			again(this.settings.interval());
		}
	}

	/** Do what waits, if this node does the writes, for some seconds at most. */
	void stop() {
		this.running = false;
		long until = System.nanoTime() + DRAIN.toNanos();
		try {
			while (flush() && this.waiting > 0 && this.fruitless == 0 && System.nanoTime() - until < 0) {
				Thread.onSpinWait();
			}
			this.gateway.await(this.queue.disclaim(this.token));
		}
		catch (RuntimeException ex) {
			logger.warn("Writes of cache '%s' are left to other nodes: %s".formatted(this.cache, ex.getMessage()));
		}
	}

	/**
	 * How it is going.
	 * @return a snapshot; asks Redis
	 */
	WriteBehindStatus status() {
		WriteQueue.Claim claim = this.gateway.await(this.queue.claim(this.token, CLAIM));
		return new WriteBehindStatus(claim.waiting(), this.gateway.await(this.queue.deadLetters()), claim.holds(),
				this.lastFailure);
	}

	long waiting() {
		return this.waiting;
	}

	private void again(Duration delay) {
		this.gateway.timers().after(delay, () -> this.executor.execute(() -> {
			if (this.running) {
				again(flushed());
			}
		}));
	}

	private Duration flushed() {
		try {
			flush();
		}
		catch (RuntimeException ex) {
			logger.debug("Writes of cache '%s' wait for Redis".formatted(this.cache), ex);
			return this.settings.delay(this.fruitless);
		}
		return (this.fruitless > 0) ? this.settings.delay(this.fruitless) : this.settings.interval();
	}

	/**
	 * Do what waits.
	 * @return whether this node does the writes
	 */
	private synchronized boolean flush() {
		if (!claimed()) {
			return false;
		}
		boolean more = this.waiting > 0;
		while (more) {
			int count = READ_AHEAD * this.settings.batchSize() + this.failures.size();
			List<Write> writes = this.gateway.await(this.queue.read(count));
			more = writes.size() == count && flush(byEntry(writes)) && claimed();
		}
		return true;
	}

	private boolean claimed() {
		WriteQueue.Claim claim = this.gateway.await(this.queue.claim(this.token, CLAIM));
		this.waiting = claim.waiting();
		if (!claim.holds()) {
			this.failures.clear();
		}
		return claim.holds();
	}

	private static Map<String, List<Write>> byEntry(List<Write> writes) {
		Map<String, List<Write>> byEntry = new LinkedHashMap<>();
		writes.forEach((write) -> byEntry.computeIfAbsent(write.entry(), (key) -> new ArrayList<>()).add(write));
		return byEntry;
	}

	/**
	 * Do writes that are due.
	 * @param byEntry writes by the key of their entry, in their order
	 * @return whether any was done
	 */
	private boolean flush(Map<String, List<Write>> byEntry) {
		long now = System.nanoTime();
		Map<String, List<Write>> due = new LinkedHashMap<>(byEntry);
		due.keySet()
			.removeIf((entry) -> this.failures.containsKey(entry) && this.failures.get(entry).nextNanos() - now > 0);
		if (due.isEmpty()) {
			return false;
		}
		Renewal renewal = new Renewal();
		try {
			return writeBatches(due);
		}
		finally {
			renewal.end();
		}
	}

	private boolean writeBatches(Map<String, List<Write>> due) {
		boolean any = false;
		Map<String, List<Write>> batch = new LinkedHashMap<>();
		for (Map.Entry<String, List<Write>> entry : due.entrySet()) {
			batch.put(entry.getKey(), entry.getValue());
			if (batch.size() == this.settings.batchSize()) {
				any |= writeAll(batch);
				batch.clear();
			}
		}
		return (!batch.isEmpty() && writeAll(batch)) || any;
	}

	private boolean writeAll(Map<String, List<Write>> due) {
		List<Write> puts = due.values()
			.stream()
			.map(WriteBehind::last)
			.filter((write) -> write.value() != null)
			.toList();
		boolean together = puts.size() > 1 && puts.size() == due.size() && tryAll(puts);
		Map<String, String> failed = new LinkedHashMap<>();
		List<Write> done = new ArrayList<>();
		due.forEach((entry, writes) -> {
			String failure = together ? null : tryOne(last(writes));
			if (failure == null) {
				this.failures.remove(entry);
				done.addAll(writes);
			}
			else {
				failed.put(entry, failure);
			}
		});
		if (!done.isEmpty()) {
			this.gateway.await(this.queue.done(this.token, "", done));
		}
		failed.forEach((entry, reason) -> failed(entry, due.get(entry), reason, !done.isEmpty()));
		this.fruitless = done.isEmpty() ? this.fruitless + 1 : 0;
		return !done.isEmpty();
	}

	private static Write last(List<Write> writes) {
		return writes.get(writes.size() - 1);
	}

	private boolean tryAll(List<Write> writes) {
		try {
			this.queue.writeAll(writes);
			return true;
		}
		catch (Exception ex) {
			logger.debug("A batch of cache '%s' failed and is written one by one".formatted(this.cache), ex);
			return false;
		}
	}

	private @Nullable String tryOne(Write write) {
		try {
			this.queue.write(write);
			return null;
		}
		catch (Exception ex) {
			logger.debug("A write of cache '%s' failed".formatted(this.cache), ex);
			this.lastFailure = ex.toString();
			return ex.toString();
		}
	}

	// While nothing succeeds it is the source that fails, not this write.
	private void failed(String entry, @Nullable List<Write> writes, String reason, boolean othersSucceed) {
		Failures before = this.failures.getOrDefault(entry, new Failures(0, 0));
		int count = othersSucceed ? before.count() + 1 : before.count();
		if (writes != null && count > this.settings.maxRetries()) {
			logger.error("A write of cache '%s' for key %s is given up: %s".formatted(this.cache, entry, reason));
			this.gateway.await(this.queue.done(this.token, reason, writes));
			this.failures.remove(entry);
		}
		else {
			long next = System.nanoTime() + this.settings.delay(count).toNanos();
			this.failures.put(entry, new Failures(count, next));
		}
	}

	/**
	 * Failures of an entry.
	 *
	 * @param count how many while others succeeded
	 * @param nextNanos when to try again, by {@link System#nanoTime}
	 */
	private record Failures(int count, long nextNanos) {
	}

	/** Keeps the claim while the writer works. */
	private final class Renewal {

		private volatile boolean ended;

		Renewal() {
			WriteBehind.this.gateway.timers().repeat(CLAIM.dividedBy(3), () -> {
				if (!this.ended) {
					WriteBehind.this.queue.claim(WriteBehind.this.token, CLAIM);
				}
				return !this.ended;
			});
		}

		void end() {
			this.ended = true;
		}

	}

}
