package io.github.redispatterns.lock;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;

/** Waits for what ends by itself. */
final class Waiting {

	private Waiting() {
	}

	/**
	 * Wait.
	 * @param <T> the type of the answer
	 * @param answer what ends by itself
	 * @return the answer
	 * @throws RedisUnavailableException if the thread is interrupted, with its flag set
	 */
	static <T extends @Nullable Object> T await(CompletionStage<T> answer) {
		try {
			return answer.toCompletableFuture().get();
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
		catch (ExecutionException ex) {
			throw failure(ex);
		}
	}

	static RedisUnavailableException interrupted(InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new RedisUnavailableException("Interrupted while waiting for a lock", ex);
	}

	static RuntimeException failure(ExecutionException ex) {
		return (ex.getCause() instanceof RuntimeException failure) ? failure
				: new RedisPatternsException("Redis call failed", ex.getCause());
	}

}
