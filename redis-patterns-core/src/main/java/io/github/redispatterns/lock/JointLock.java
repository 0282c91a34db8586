package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Several locks at once, all or none. They are acquired one after the other in an order
 * that is the same for all, so that nobody waits in a circle; the keys may lie in
 * different slots of a cluster.
 */
final class JointLock extends NamedLock {

	private final List<NamedLock> locks;

	private final LockSettings settings;

	/**
	 * Create a lock.
	 * @param locks sorted, without duplicates
	 * @param settings for all
	 */
	JointLock(List<NamedLock> locks, LockSettings settings) {
		this.locks = locks;
		this.settings = settings;
	}

	@Override
	public String name() {
		return this.locks.stream().map(NamedLock::name).collect(Collectors.joining(" + "));
	}

	@Override
	public LockSettings settings() {
		return this.settings;
	}

	@Override
	public NamedLock with(LockSettings settings) {
		return new JointLock(this.locks.stream().map((lock) -> lock.with(settings)).toList(), settings);
	}

	@Override
	public Optional<LockHolder> holder() {
		return this.locks.stream().map(NamedLock::holder).flatMap(Optional::stream).findFirst();
	}

	@Override
	Object identity() {
		return this.locks.stream().map(NamedLock::identity).toList();
	}

	@Override
	Attempt begin(Duration wait) {
		return new Progress(wait);
	}

	/** How far the acquisition is. */
	private final class Progress implements Attempt {

		private final Duration wait;

		private final long since = System.nanoTime();

		private final List<LockHandle> acquired = new ArrayList<>();

		private CompletableFuture<?> step = new CompletableFuture<>();

		Progress(Duration wait) {
			this.wait = wait;
		}

		@Override
		public Optional<LockHandle> await() {
			try {
				for (NamedLock lock : JointLock.this.locks) {
					Optional<LockHandle> next = lock.tryAcquire(remaining());
					if (next.isEmpty()) {
						giveBack();
						return Optional.empty();
					}
					this.acquired.add(next.get());
				}
				return Optional.of(new JointHandle(name(), this.acquired));
			}
			catch (RuntimeException ex) {
				giveBack();
				throw ex;
			}
		}

		@Override
		public CompletableFuture<Optional<LockHandle>> async() {
			CompletableFuture<Optional<LockHandle>> result = new CompletableFuture<>();
			next().whenComplete((handle, failure) -> {
				if (failure != null) {
					giveBack();
					result.completeExceptionally(failure);
				}
				else if (!result.complete(handle)) {
					giveBack();
				}
			});
			result.whenComplete((handle, failure) -> {
				if (result.isCancelled()) {
					this.step.cancel(true);
				}
			});
			return result;
		}

		private CompletionStage<Optional<LockHandle>> next() {
			if (this.acquired.size() == JointLock.this.locks.size()) {
				return CompletableFuture.completedFuture(Optional.of(new JointHandle(name(), this.acquired)));
			}
			CompletableFuture<Optional<LockHandle>> next = JointLock.this.locks.get(this.acquired.size())
				.tryAcquireAsync(remaining())
				.toCompletableFuture();
			this.step = next;
			return next.thenCompose((handle) -> {
				if (handle.isEmpty()) {
					giveBack();
					return CompletableFuture.completedFuture(handle);
				}
				this.acquired.add(handle.get());
				return next();
			});
		}

		private Duration remaining() {
			Duration left = this.wait.minusNanos(System.nanoTime() - this.since);
			return left.isNegative() ? Duration.ZERO : left;
		}

		private void giveBack() {
			this.acquired.forEach(Releasing::quietly);
			this.acquired.clear();
		}

	}

}
