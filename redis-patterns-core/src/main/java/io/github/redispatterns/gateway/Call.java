package io.github.redispatterns.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;

/**
 * One call on its way: completes with the reply, or with a {@link RedisPatternsException}
 * at the latest when its deadline is over, and tells the breaker which of them it was.
 *
 * @param <T> the type of the reply
 */
final class Call<T extends @Nullable Object> extends CompletableFuture<T>
		implements BiConsumer<@Nullable T, @Nullable Throwable> {

	/** At the start of an error, or (before Redis 7) within that of a script. */
	private static final Pattern NOT_READY = Pattern
		.compile("(?:^|: -)" + "(?:BUSY|CLUSTERDOWN|LOADING|MASTERDOWN|MISCONF|NOREPLICAS|OOM|READONLY|TRYAGAIN)\\b");

	private final Object what;

	private final long started = System.nanoTime();

	private final Duration deadline;

	private final long limitNanos;

	private final @Nullable Breaker breaker;

	private final FormerMaster formerMaster;

	private @Nullable Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> again;

	private @Nullable RedisClusterAsyncCommands<byte[], byte[]> redis;

	/**
	 * Create a call.
	 * @param what what messages call it
	 * @param deadline how long it may take
	 * @param breaker is told whether there was an answer; none for calls past it
	 * @param formerMaster is left
	 * @param again how to send a script whose SHA the server did not know
	 */
	Call(Object what, Duration deadline, @Nullable Breaker breaker, FormerMaster formerMaster,
			@Nullable Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> again) {
		this.what = what;
		this.deadline = deadline;
		this.limitNanos = TimeUnit.NANOSECONDS.convert(deadline);
		this.breaker = breaker;
		this.formerMaster = formerMaster;
		this.again = again;
	}

	/**
	 * Whether the deadline is over.
	 * @param nanoTime the time
	 * @return whether this must end
	 */
	boolean isLate(long nanoTime) {
		return nanoTime - this.started >= this.limitNanos;
	}

	/**
	 * Wait no longer for an answer.
	 * @param late whether the deadline is over; otherwise the application is
	 */
	void end(boolean late) {
		String why = late ? "within " + this.deadline : "before this application ended";
		unavailable(new RedisUnavailableException("No answer from Redis to %s %s".formatted(this.what, why), null));
	}

	void sendOrFail(@Nullable RedisClusterAsyncCommands<byte[], byte[]> connected, @Nullable Throwable failure,
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
		if (connected != null) {
			send(connected, call);
		}
		else {
			accept(null, failure);
		}
	}

	void send(RedisClusterAsyncCommands<byte[], byte[]> redis,
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
		if (isDone()) {
			// Its deadline is over: what it would do now nobody waits for.
			return;
		}
		this.redis = redis;
		try {
			call.apply(redis).whenComplete(this);
		}
		catch (RuntimeException ex) {
			accept(null, ex);
		}
	}

	@Override
	public void accept(@Nullable T reply, @Nullable Throwable failure) {
		if (failure == null) {
			succeed(reply);
		}
		else {
			fail(RedisPatternsException.causeOf(failure));
		}
	}

	@SuppressWarnings("NullAway")
	private void succeed(@Nullable T reply) {
		if (complete(reply) && this.breaker != null) {
			this.breaker.answered();
		}
	}

	private void fail(Throwable failure) {
		if (failure instanceof RedisNoScriptException && this.again != null && this.redis != null) {
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> withText = this.again;
			this.again = null;
			send(this.redis, withText);
			return;
		}
		if (isNoAnswer(failure)) {
			unavailable(new RedisUnavailableException(
					"Redis did not answer %s: %s".formatted(this.what, failure.getMessage()), failure));
		}
		else {
			refused(failure);
		}
	}

	private void refused(Throwable failure) {
		String message = "Redis refused %s: %s".formatted(this.what, failure.getMessage());
		if (completeExceptionally(isNotReady(failure) ? new RedisUnavailableException(message, failure)
				: new RedisPatternsException(message, failure)) && this.breaker != null) {
			this.breaker.answered();
		}
		if (this.redis != null) {
			this.formerMaster.leave(this.redis, String.valueOf(failure.getMessage()));
		}
	}

	private void unavailable(RedisUnavailableException failure) {
		if (completeExceptionally(failure) && this.breaker != null) {
			this.breaker.unanswered(failure);
		}
	}

	// Driver and Spring Data say in many ways that there was no answer.
	private static boolean isNoAnswer(Throwable failure) {
		return (failure instanceof RedisException && !(failure instanceof RedisCommandExecutionException))
				|| failure instanceof DataAccessException || failure instanceof IllegalStateException
				|| failure instanceof CancellationException || failure instanceof IOException;
	}

	// The server answers, but cannot serve now: it starts, fails over, is full or stuck.
	private static boolean isNotReady(Throwable failure) {
		return NOT_READY.matcher(String.valueOf(failure.getMessage())).find();
	}

}
