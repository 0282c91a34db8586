package io.github.redispatterns.lock;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** A caller on its way to a lock. Only one of the two forms is used, once. */
interface Attempt {

	/**
	 * Wait here.
	 * @return a handle, or nothing if the lock was busy
	 */
	Optional<LockHandle> await();

	/**
	 * Go on elsewhere.
	 * @return a handle, or nothing if the lock was busy; cancelling it ends the attempt
	 */
	CompletableFuture<Optional<LockHandle>> async();

	/**
	 * The same with another handle.
	 * @param change makes it of the one that was acquired
	 * @return the attempt
	 */
	default Attempt map(UnaryOperator<LockHandle> change) {
		Attempt attempt = this;
		return new Attempt() {

			@Override
			public Optional<LockHandle> await() {
				return attempt.await().map(change);
			}

			@Override
			public CompletableFuture<Optional<LockHandle>> async() {
				CompletableFuture<Optional<LockHandle>> original = attempt.async();
				CompletableFuture<Optional<LockHandle>> changed = original.thenApply((handle) -> handle.map(change));
				changed.whenComplete((handle, failure) -> {
					if (changed.isCancelled()) {
						original.cancel(true);
					}
				});
				return changed;
			}

		};
	}

	static Attempt succeeded(LockHandle handle) {
		return of(CompletableFuture.completedFuture(Optional.of(handle)));
	}

	/**
	 * An attempt that goes on by itself and ends by itself.
	 * @param stage what it comes to
	 * @return the attempt
	 */
	static Attempt of(CompletionStage<Optional<LockHandle>> stage) {
		return new Attempt() {

			@Override
			public Optional<LockHandle> await() {
				return Waiting.await(stage);
			}

			@Override
			public CompletableFuture<Optional<LockHandle>> async() {
				return stage.toCompletableFuture();
			}

		};
	}

}
