package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.LuaScript;

/**
 * One caller's way to a lock: tries until it has the lock, the wait is over or the caller
 * is gone. All attempts name the same owner, so that one whose answer was lost does no
 * harm.
 */
final class Acquisition {

	static final LuaScript<Long> RELEASE = LuaScript.integer("lock/release");

	private static final LuaScript<Long> ACQUIRE = LuaScript.integer("lock/acquire");

	private static final long LONGEST_PAUSE_MILLIS = 50;

	private final Mutex mutex;

	private final String owner;

	private final long deadline;

	private volatile boolean abandoned;

	private @Nullable CompletionStage<Optional<LockHandle>> result;

	Acquisition(Mutex mutex, Duration wait) {
		if (wait.isNegative()) {
			throw new IllegalArgumentException("The wait for a lock must not be negative but is " + wait);
		}
		this.mutex = mutex;
		this.owner = mutex.newOwner();
		this.deadline = System.nanoTime() + wait.toNanos();
	}

	CompletionStage<Optional<LockHandle>> start() {
		CompletionStage<Optional<LockHandle>> attempts = attempt();
		this.result = attempts;
		// A failed attempt may have taken the lock all the same.
		return attempts.whenComplete((handle, failure) -> {
			if (failure != null) {
				this.mutex.release(this.owner);
			}
		});
	}

	/** The caller has gone: if the lock still comes, it goes back. */
	void abandon() {
		this.abandoned = true;
		if (this.result != null) {
			this.result.thenAccept((handle) -> handle.ifPresent((held) -> this.mutex.release(this.owner)));
		}
	}

	private CompletionStage<Optional<LockHandle>> attempt() {
		long sent = System.nanoTime();
		return this.mutex.gateway()
			.execute(ACQUIRE, List.of(this.mutex.key()), this.owner, this.mutex.lease().toMillis())
			.thenCompose((busyMillis) -> (busyMillis == 0)
					? CompletableFuture.completedFuture(Optional.of(new LockHandle(this.mutex, this.owner, sent)))
					: again(busyMillis));
	}

	private CompletionStage<Optional<LockHandle>> again(long busyMillis) {
		long left = this.deadline - System.nanoTime();
		if (left <= 0 || this.abandoned) {
			return CompletableFuture.completedFuture(Optional.empty());
		}
		long pause = Math.min(left, TimeUnit.MILLISECONDS.toNanos(Math.min(busyMillis, pauseMillis())));
		return this.mutex.gateway().timers().pause(Duration.ofNanos(pause)).thenCompose((ignored) -> attempt());
	}

	/**
	 * Waiters that started together must not stay in step.
	 * @return a random time
	 */
	private static long pauseMillis() {
		return ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS / 5, LONGEST_PAUSE_MILLIS);
	}

}
