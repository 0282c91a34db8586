package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/** One caller's part in a {@link Tenure}. */
final class HeldLock implements LockHandle {

	private static final Log logger = LogFactory.getLog(LockHandle.class);

	private final Tenure tenure;

	private final long token;

	private final List<Runnable> listeners = new ArrayList<>(0);

	private volatile @Nullable CompletableFuture<String> end;

	private volatile boolean lost;

	private volatile boolean released;

	HeldLock(Tenure tenure, long token) {
		this.tenure = tenure;
		this.token = token;
	}

	/**
	 * How the hold ends.
	 * @return {@code released} or {@code lost}
	 */
	CompletionStage<String> ended() {
		synchronized (this) {
			if (!this.released && !this.lost) {
				CompletableFuture<String> end = new CompletableFuture<>();
				this.end = end;
				return end;
			}
		}
		return CompletableFuture.completedFuture(this.lost ? "lost" : "released");
	}

	private void end(String how) {
		CompletableFuture<String> observed = this.end;
		if (observed != null) {
			observed.complete(how);
		}
	}

	@Override
	public String name() {
		return this.tenure.name();
	}

	@Override
	public LockState state() {
		if (this.released) {
			return LockState.RELEASED;
		}
		if (!isValid()) {
			return LockState.LOST;
		}
		return this.tenure.isSuspect() ? LockState.SUSPECT : LockState.HELD;
	}

	@Override
	public boolean isValid() {
		return !this.released && !this.lost && nanosLeft() > 0;
	}

	@Override
	public Duration remaining() {
		return isValid() ? Duration.ofNanos(Math.max(0, nanosLeft())) : Duration.ZERO;
	}

	private long nanosLeft() {
		return this.tenure.validUntil() - System.nanoTime();
	}

	@Override
	public long fencingToken() {
		return this.token;
	}

	@Override
	public void onLost(Consumer<? super LockHandle> listener) {
		onLost(listener, this.tenure.engine().executor());
	}

	@Override
	public void onLost(Consumer<? super LockHandle> listener, Executor executor) {
		Runnable task = () -> executor.execute(() -> tell(listener));
		synchronized (this) {
			if (this.released) {
				return;
			}
			if (!this.lost) {
				this.listeners.add(task);
				return;
			}
		}
		task.run();
	}

	private void tell(Consumer<? super LockHandle> listener) {
		try {
			listener.accept(this);
		}
		catch (RuntimeException ex) {
			logger.error("A listener to the loss of lock '%s' failed".formatted(name()), ex);
		}
	}

	/** Told by the tenure. */
	void lost() {
		List<Runnable> tasks;
		synchronized (this) {
			if (this.released || this.lost) {
				return;
			}
			this.lost = true;
			tasks = List.copyOf(this.listeners);
		}
		logger.warn("Lock '%s' is lost: its lease or longest hold has ended, or somebody removed or took it"
			.formatted(name()));
		tasks.forEach(this::start);
		end("lost");
	}

	private void start(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			logger.error("The loss of lock '%s' could not be told".formatted(name()), ex);
		}
	}

	@Override
	public boolean extend(Duration time) {
		return this.tenure.engine().gateway().await(extendAsync(time));
	}

	@Override
	public CompletionStage<Boolean> extendAsync(Duration time) {
		Duration wanted = LockSettings.requireHold(time);
		if (this.released) {
			throw new IllegalStateException("Lock '%s' was released by this handle".formatted(name()));
		}
		if (!isValid() || nanosLeft() > wanted.toNanos()) {
			return CompletableFuture.completedFuture(isValid());
		}
		return this.tenure.extend(wanted);
	}

	@Override
	public boolean release() {
		if (!this.tenure.engine().gateway().mayWait()) {
			throw new IllegalStateException("Use releaseAsync on a thread of the driver");
		}
		return this.tenure.engine().gateway().await(releaseAsync());
	}

	@Override
	public CompletionStage<Boolean> releaseAsync() {
		synchronized (this) {
			if (this.released) {
				throw new IllegalStateException("Lock '%s' was released before by this handle".formatted(name()));
			}
			this.released = true;
			this.listeners.clear();
		}
		end("released");
		return this.tenure.release().thenApply((held) -> held && !this.lost);
	}

	@Override
	public void close() {
		if (this.released) {
			return;
		}
		CompletionStage<Boolean> over = Releasing.quietly(this);
		if (this.tenure.engine().gateway().mayWait()) {
			this.tenure.engine().gateway().await(over);
		}
	}

	@Override
	public String toString() {
		return "Lock '%s', %s, token %d".formatted(name(), state(), this.token);
	}

}
