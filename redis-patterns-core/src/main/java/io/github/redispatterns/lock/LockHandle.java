package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One acquisition of a lock. It belongs to whoever has this object and not to a thread:
 * any thread, virtual or not, may use and release it. Thread-safe.
 * <p>
 * A handle that is neither released nor used any more is not renewed once it was garbage
 * collected, so that its lock ends with the lease.
 */
public interface LockHandle extends AutoCloseable {

	/**
	 * The name of the lock.
	 * @return the name as it was asked for
	 */
	String name();

	/**
	 * What is known of the lock, without asking Redis.
	 * @return the state
	 */
	LockState state();

	/**
	 * Whether the holder may still rely on the lock. Judged by the monotonic clock of
	 * this JVM, counted from before the lock was asked for, so also right after the JVM
	 * was stopped for a while; and by what was heard from Redis.
	 * @return {@code false} once released or lost
	 */
	boolean isValid();

	/**
	 * Time for which the holder may rely on the lock if it is not renewed again. Somewhat
	 * less than the lease, for clocks that run at different speeds.
	 * @return zero if it is not valid any more
	 */
	Duration remaining();

	/**
	 * A number that is larger for each acquisition of the lock than for all before it,
	 * also across expiry, eviction, {@code FLUSHALL} and failover. Send it along with
	 * what is written under the lock, and have whoever stores it refuse smaller ones:
	 * that alone keeps out a holder that was stopped for so long that it has lost the
	 * lock and does not know.
	 * <p>
	 * <b>Not promised:</b> where Redis fails over to a server whose clock is behind by
	 * more than the failover took, and loses the last token with the old server, a node
	 * that has seen none of the later tokens may hand out a smaller one.
	 * @return the token, positive and below 2^53
	 */
	long fencingToken();

	/**
	 * Be told when the lock is lost: at the end of its lease at the latest, before Redis
	 * gives it to anybody else; earlier where Redis says that somebody removed or took
	 * it. Runs once, at once if it is lost already, never after a release.
	 * @param listener gets this handle
	 * @param executor runs the listener
	 */
	void onLost(Consumer<? super LockHandle> listener, Executor executor);

	/**
	 * Be told when the lock is lost, on the executor of {@link Locks}.
	 * @param listener gets this handle
	 * @see #onLost(Consumer, Executor)
	 */
	void onLost(Consumer<? super LockHandle> listener);

	/**
	 * Hold the lock for at least this long from now.
	 * @param time at least 10 ms; a shorter time than what remains changes nothing
	 * @return {@code false} if it had been lost
	 * @throws io.github.redispatterns.RedisUnavailableException if Redis does not answer;
	 * the lock is then held as long as before, or longer
	 */
	boolean extend(Duration time);

	/**
	 * Hold the lock for longer, without waiting for the answer.
	 * @param time at least 10 ms
	 * @return {@code false} if it had been lost
	 */
	CompletionStage<Boolean> extendAsync(Duration time);

	/**
	 * Give the lock back.
	 * @return {@code true} if it was held until now, {@code false} if it had been lost,
	 * and another may have worked beside this holder
	 * @throws IllegalStateException if this handle was released before
	 * @throws io.github.redispatterns.RedisUnavailableException if Redis does not answer;
	 * the lock then ends with its lease at the latest
	 */
	boolean release();

	/**
	 * Give the lock back without waiting.
	 * @return {@code true} if it was held until now, {@code false} if it had been lost
	 * @throws IllegalStateException if this handle was released before
	 */
	CompletionStage<Boolean> releaseAsync();

	/**
	 * Give the lock back if that has not happened yet. That it had been lost, or that
	 * Redis does not answer, is logged as a warning: the work is done either way.
	 */
	@Override
	void close();

}
