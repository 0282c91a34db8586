package io.github.redispatterns.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;

/**
 * Answers in place of Redis, in the way that a pattern is set to.
 *
 * @param <T> the type of the answer
 * @param mode what to do
 * @param inPlace the answer that lets the caller go on, or that is found locally
 */
public record FailureAnswer<T extends @Nullable Object>(OnRedisFailure mode,
		Function<RedisUnavailableException, T> inPlace) {

	/**
	 * Answer if Redis does not.
	 * @param answer what Redis says
	 * @return that, or the answer in its place; other failures stay what they are
	 */
	public CompletionStage<T> or(CompletionStage<T> answer) {
		return switch (this.mode) {
			case CLOSED -> answer;
			case OPEN, LOCAL -> answer.exceptionallyCompose(this::recover);
		};
	}

	private CompletionStage<T> recover(Throwable failure) {
		Throwable cause = RedisPatternsException.causeOf(failure);
		return (cause instanceof RedisUnavailableException outage)
				? CompletableFuture.completedFuture(this.inPlace.apply(outage)) : CompletableFuture.failedFuture(cause);
	}

}
