package io.github.redispatterns.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
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
		implements BiConsumer<@Nullable T, @Nullable Throwable>, TimerTask {

	/** At the start of an error, or (before Redis 7) within that of a script. */
	private static final Pattern NOT_READY = Pattern
		.compile("(?:^|: -)" + "(?:BUSY|CLUSTERDOWN|LOADING|MASTERDOWN|MISCONF|NOREPLICAS|OOM|READONLY|TRYAGAIN)\\b");

	private final Object what;

	private final Duration deadline;

	private final @Nullable Breaker breaker;

	private final FormerMaster formerMaster;

	private volatile @Nullable Timeout timeout;

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
		this.breaker = breaker;
		this.formerMaster = formerMaster;
		this.again = again;
	}

	/**
	 * Start the deadline. That can wait until the call is sent, and its end until those
	 * who wait have been told: Redis, the caller and this thread work side by side.
	 * @param timers run it
	 */
	void limit(Timers timers) {
		if (!isDone()) {
			schedule(timers);
		}
		if (isDone()) {
			unlimit();
		}
	}

	/**
	 * Wait until this is over, however it ends, or the thread is interrupted. To get a
	 * future would let a thread of a fork-join pool run tasks of others meanwhile.
	 */
	void arrive() {
		Thread thread = Thread.currentThread();
		whenComplete((reply, failure) -> LockSupport.unpark(thread));
		while (!isDone() && !thread.isInterrupted()) {
			LockSupport.park(this);
		}
	}

	private void schedule(Timers timers) {
		try {
			this.timeout = timers.schedule(this, this.deadline);
		}
		catch (IllegalStateException ex) {
			completeExceptionally(new RedisUnavailableException(
					"Nobody waits for the answer to %s, because this application ends".formatted(this.what), ex));
		}
	}

	private void unlimit() {
		Timeout limit = this.timeout;
		if (limit != null) {
			limit.cancel();
		}
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

	/** The deadline is over. What waits for this call must not run on the wheel. */
	@Override
	public void run(Timeout timeout) {
		Timers.CALLBACKS.execute(this::late);
	}

	private void late() {
		unavailable(new RedisUnavailableException(
				"No answer from Redis to %s within %s".formatted(this.what, this.deadline), null));
	}

	@SuppressWarnings("NullAway")
	private void succeed(@Nullable T reply) {
		if (complete(reply) && this.breaker != null) {
			this.breaker.answered();
		}
		unlimit();
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
		unlimit();
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
