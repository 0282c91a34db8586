package io.github.redispatterns.gateway;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The one clock of the library: a wheel on one thread, started with the first task, for
 * deadlines, pauses and renewals. A task comes at most a few ticks of
 * {@value #TICK_MILLIS} ms late, never early. Tasks must not block.
 */
public final class Timers implements AutoCloseable {

	/** Where others go on; threads that wait there are made up for by new ones. */
	static final Executor CALLBACKS = ForkJoinPool.commonPool();

	static final String THREAD_NAME = "redis-patterns-timer-";

	static final int TICK_MILLIS = 5;

	private static final Log logger = LogFactory.getLog(Timers.class);

	private final HashedWheelTimer wheel = new HashedWheelTimer(threads(), TICK_MILLIS, TimeUnit.MILLISECONDS);

	private volatile boolean closed;

	/**
	 * Run a task once.
	 * @param delay how long from now
	 * @param task the task
	 * @return cancels it
	 */
	public Runnable after(Duration delay, Runnable task) {
		return schedule((timeout) -> task.run(), delay)::cancel;
	}

	/**
	 * A pause that holds no thread.
	 * @param delay how long
	 * @return completes after that
	 */
	public CompletableFuture<@Nullable Void> pause(Duration delay) {
		CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
		after(delay, () -> CALLBACKS.execute(() -> over.complete(null)));
		return over;
	}

	/**
	 * Run a task again and again until it says that it is enough. A task that throws is
	 * run again all the same.
	 * @param delay how long before each run, from the end of the last one
	 * @param task returns whether to go on
	 */
	public void repeat(Duration delay, Supplier<Boolean> task) {
		after(delay, () -> {
			if (goesOn(task)) {
				repeat(delay, task);
			}
		});
	}

	/**
	 * Number of tasks that wait.
	 * @return for metrics
	 */
	public long pending() {
		return this.wheel.pendingTimeouts();
	}

	/**
	 * End the thread. Tasks that wait run now, so that nobody waits for them for ever.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.wheel.stop().forEach(Timers::runNow);
	}

	private static void runNow(Timeout timeout) {
		try {
			timeout.task().run(timeout);
		}
		catch (Exception ex) {
			logger.debug("A task could not go on after the end", ex);
		}
	}

	/**
	 * Whether this was closed.
	 * @return whether nothing can be scheduled any more
	 */
	boolean isClosed() {
		return this.closed;
	}

	Timeout schedule(TimerTask task, Duration delay) {
		return this.wheel.newTimeout(task, TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
	}

	private static boolean goesOn(Supplier<Boolean> task) {
		try {
			return task.get();
		}
		catch (RuntimeException ex) {
			logger.error("A repeated task failed and will be run again", ex);
			return true;
		}
	}

	private static CustomizableThreadFactory threads() {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(THREAD_NAME);
		threads.setDaemon(true);
		return threads;
	}

}
