package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/** A caller who wants a lock. Completed by its {@link Gate}. */
final class Waiter extends CompletableFuture<Optional<LockHandle>> implements Attempt {

	private final LockEngine engine;

	private final LockSettings settings;

	private final Duration wait;

	private final long since = System.nanoTime();

	private @Nullable Gate gate;

	/** Guarded by the gate: whether it was decided what becomes of this caller. */
	private boolean settled;

	Waiter(LockEngine engine, LockSettings settings, Duration wait) {
		if (wait.isNegative()) {
			throw new IllegalArgumentException("The wait for a lock must not be negative but is " + wait);
		}
		this.engine = engine;
		this.settings = settings;
		this.wait = wait;
	}

	LockSettings settings() {
		return this.settings;
	}

	/**
	 * Whether one try is enough.
	 * @return {@code true} for a wait of zero
	 */
	boolean isImpatient() {
		return this.wait.isZero();
	}

	long waitedMicros() {
		return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - this.since);
	}

	void standAt(Gate gate) {
		this.gate = gate;
	}

	boolean isSettled() {
		return this.settled;
	}

	void settle() {
		this.settled = true;
	}

	@Override
	public Optional<LockHandle> await() {
		if (!isDone() && !this.engine.gateway().mayWait()) {
			abandon();
			throw new IllegalStateException("Waiting for a lock on a thread of the driver, which would have to read the"
					+ " answer: use the asynchronous form");
		}
		try {
			return isImpatient() ? get() : getInTime();
		}
		catch (InterruptedException ex) {
			abandon();
			throw Waiting.interrupted(ex);
		}
		catch (ExecutionException ex) {
			throw Waiting.failure(ex);
		}
	}

	private Optional<LockHandle> getInTime() throws InterruptedException, ExecutionException {
		try {
			return get(Math.max(0, nanos(this.wait) - (System.nanoTime() - this.since)), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			expire();
			return get();
		}
	}

	@Override
	public CompletableFuture<Optional<LockHandle>> async() {
		CompletableFuture<Optional<LockHandle>> result = new CompletableFuture<>();
		Runnable timer = isImpatient() ? () -> {
		} : this.engine.gateway().timers().after(this.wait, this::expire);
		whenComplete((handle, failure) -> {
			timer.run();
			this.engine.executor().execute(() -> deliver(result, handle, failure));
		});
		result.whenComplete((handle, failure) -> {
			if (result.isCancelled()) {
				abandon();
			}
		});
		return result;
	}

	private static void deliver(CompletableFuture<Optional<LockHandle>> result, @Nullable Optional<LockHandle> handle,
			@Nullable Throwable failure) {
		if (handle != null) {
			result.complete(handle);
		}
		else if (failure != null) {
			result.completeExceptionally(failure);
		}
	}

	private void expire() {
		if (this.gate != null) {
			this.gate.expire(this);
		}
	}

	/** The caller has gone: if the lock still comes, it goes back. */
	private void abandon() {
		expire();
		thenAccept((handle) -> handle.ifPresent(LockHandle::releaseAsync));
	}

	private static long nanos(Duration duration) {
		return (duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0) ? duration.toNanos() : Long.MAX_VALUE;
	}

}
