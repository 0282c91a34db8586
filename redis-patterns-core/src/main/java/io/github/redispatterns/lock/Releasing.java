package io.github.redispatterns.lock;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/** Gives locks back when the work is done, however that ended. */
final class Releasing {

	private static final Log logger = LogFactory.getLog(LockHandle.class);

	private Releasing() {
	}

	/**
	 * Release when the work is over. A failure to release does not hide what the work
	 * came to.
	 * @param <T> what the work comes to
	 * @param handle the lock
	 * @param work begins the work
	 * @return what the work comes to, once the lock was given back
	 */
	static <T extends @Nullable Object> CompletionStage<T> afterwards(LockHandle handle,
			Supplier<? extends CompletionStage<T>> work) {
		return afterwards(handle, work, OnLost.SIGNAL);
	}

	/**
	 * Release when the work is over.
	 * @param <T> what the work comes to
	 * @param handle the lock
	 * @param work begins the work
	 * @param onLost whether it fails if the lock was lost
	 * @return what the work comes to, or {@link LockLostException}
	 */
	static <T extends @Nullable Object> CompletionStage<T> afterwards(LockHandle handle,
			Supplier<? extends CompletionStage<T>> work, OnLost onLost) {
		CompletionStage<T> outcome;
		try {
			outcome = work.get();
		}
		catch (Throwable ex) {
			outcome = CompletableFuture.failedFuture(ex);
		}
		CompletionStage<T> done = outcome;
		return done
			.handle((value, failure) -> quietly(handle)
				.thenCompose((held) -> (held || onLost == OnLost.SIGNAL || failure != null) ? done : lost(handle)))
			.thenCompose((stage) -> stage);
	}

	private static <T extends @Nullable Object> CompletionStage<T> lost(LockHandle handle) {
		return CompletableFuture.failedFuture(new LockLostException(handle.name()));
	}

	/**
	 * Release, logging what goes wrong.
	 * @param handle the lock
	 * @return completes when that is over, never with a failure: whether the lock was
	 * held until then, as far as is known
	 */
	static CompletionStage<Boolean> quietly(LockHandle handle) {
		boolean valid = handle.isValid();
		CompletionStage<Boolean> released;
		try {
			released = handle.releaseAsync();
		}
		catch (IllegalStateException ex) {
			// The work has released it itself.
			return CompletableFuture.completedFuture(true);
		}
		return released.handle((held, failure) -> {
			report(handle.name(), held, failure);
			return (failure != null) ? valid : held;
		});
	}

	static void report(String name, @Nullable Boolean held, @Nullable Throwable failure) {
		if (failure != null) {
			logger.warn("Lock '%s' could not be released and ends with its lease".formatted(name), failure);
		}
		else if (!Boolean.TRUE.equals(held)) {
			logger.warn("Lock '%s' was lost before it was released: another may have worked beside its holder"
				.formatted(name));
		}
	}

}
