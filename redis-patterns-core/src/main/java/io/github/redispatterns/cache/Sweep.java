package io.github.redispatterns.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;

import io.github.redispatterns.gateway.RedisGateway;

/**
 * Removes entries page by page, on all masters of a cluster, with a pause after each page
 * so that others get their turn. It goes on by itself until it is done, stopped, or a
 * call to Redis fails.
 */
public final class Sweep {

	private static final int PAGE = 500;

	private static final Duration PAUSE = Duration.ofMillis(5);

	private final RedisGateway gateway;

	private final ScanArgs page;

	private final CompletableFuture<Long> done = new CompletableFuture<>();

	private final AtomicLong removed = new AtomicLong();

	private final Predicate<String> filter;

	private final Function<List<String>, CompletionStage<?>> removal;

	private volatile boolean stopped;

	private Sweep(RedisGateway gateway, String pattern, Predicate<String> filter,
			Function<List<String>, CompletionStage<?>> removal) {
		this.gateway = gateway;
		this.filter = filter;
		this.removal = removal;
		this.page = ScanArgs.Builder.matches(pattern).limit(PAGE);
	}

	/**
	 * Begin.
	 * @param gateway the way to Redis
	 * @param pattern which keys to look at
	 * @param filter which of them to remove
	 * @param removal is told which were, page by page
	 * @return the removal under way
	 */
	static Sweep start(RedisGateway gateway, String pattern, Predicate<String> filter,
			Function<List<String>, CompletionStage<?>> removal) {
		Sweep sweep = new Sweep(gateway, pattern, filter, removal);
		sweep.scan(ScanCursor.INITIAL);
		return sweep;
	}

	/**
	 * Number of entries that were removed.
	 * @return so far
	 */
	public long removed() {
		return this.removed.get();
	}

	/**
	 * Stop after the present page.
	 */
	public void stop() {
		this.stopped = true;
	}

	/**
	 * The end.
	 * @return completes with the number of removed entries when all is done or was
	 * stopped, and fails if Redis does
	 */
	public CompletionStage<Long> done() {
		return this.done.copy();
	}

	private void scan(ScanCursor from) {
		this.gateway.command((redis) -> redis.scan(from, this.page))
			.thenCompose(this::remove)
			.whenComplete((cursor, failure) -> {
				if (failure != null) {
					this.done.completeExceptionally(failure);
				}
				else if (cursor.isFinished() || this.stopped) {
					this.done.complete(this.removed.get());
				}
				else {
					this.gateway.timers().after(PAUSE, () -> scan(cursor));
				}
			});
	}

	private CompletionStage<ScanCursor> remove(KeyScanCursor<byte[]> found) {
		List<String> keys = found.getKeys()
			.stream()
			.map((key) -> new String(key, StandardCharsets.UTF_8))
			.filter(this.filter)
			.toList();
		if (keys.isEmpty()) {
			return CompletableFuture.completedFuture(found);
		}
		byte[][] bytes = keys.stream().map(RedisGateway::utf8).toArray(byte[][]::new);
		return this.gateway.command((redis) -> redis.unlink(bytes)).thenCompose((count) -> {
			this.removed.addAndGet(count);
			return this.removal.apply(keys);
		}).thenApply((told) -> found);
	}

}
