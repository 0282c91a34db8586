package io.github.redispatterns.gateway;

import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The one clock of the library: one thread, started with the first task, for deadlines,
 * pauses and renewals. It sleeps until the next task is due. A task never comes early.
 * Tasks must not block.
 * <p>
 * Nearly every call is over long before its deadline. So calls are not timed one by one;
 * while some are under way, they are looked through every {@value #SWEEP_MILLIS} ms.
 */
public final class Timers implements AutoCloseable {

	/** Where others go on; threads that wait there are made up for by new ones. */
	static final Executor CALLBACKS = ForkJoinPool.commonPool();

	static final String THREAD_NAME = "redis-patterns-timer-";

	static final int SWEEP_MILLIS = 20;

	private static final Log logger = LogFactory.getLog(Timers.class);

	private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, threads());

	private final Set<Task> tasks = ConcurrentHashMap.newKeySet();

	private final Queue<Call<?>> calls = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean sweeping = new AtomicBoolean();

	private volatile boolean closed;

	/**
	 * Create a clock.
	 */
	public Timers() {
		this.clock.setRemoveOnCancelPolicy(true);
	}

	/**
	 * Run a task once.
	 * @param delay how long from now
	 * @param task the task
	 * @return cancels it
	 * @throws IllegalStateException if this is closed
	 */
	public Runnable after(Duration delay, Runnable task) {
		Task waiting = new Task(task);
		this.tasks.add(waiting);
		try {
			Future<?> alarm = this.clock.schedule(waiting, TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
			return () -> {
				this.tasks.remove(waiting);
				alarm.cancel(false);
			};
		}
		catch (RejectedExecutionException ex) {
			this.tasks.remove(waiting);
			throw new IllegalStateException("The clock is closed", ex);
		}
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
	 * Number of tasks that wait, and of calls that are under way.
	 * @return for metrics
	 */
	public long pending() {
		return this.tasks.size() + this.calls.size();
	}

	/**
	 * End the thread. Tasks that wait run now, and calls that are under way fail, so that
	 * nobody waits for them for ever.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.clock.shutdownNow();
		this.tasks.forEach(Task::run);
	}

	/**
	 * Whether this was closed.
	 * @return whether nothing can be scheduled any more
	 */
	boolean isClosed() {
		return this.closed;
	}

	/**
	 * See to it that a call ends.
	 * @param call is ended when it is late, or with this clock
	 */
	void limit(Call<?> call) {
		this.calls.add(call);
		sweepLater();
	}

	private void sweepLater() {
		if (this.sweeping.get() || !this.sweeping.compareAndSet(false, true)) {
			return;
		}
		try {
			after(Duration.ofMillis(SWEEP_MILLIS), this::sweep);
		}
		catch (IllegalStateException ex) {
			sweep();
		}
	}

	// Whoever adds a call while this is under way leaves it to the last line.
	private void sweep() {
		long now = System.nanoTime();
		this.calls.removeIf((call) -> call.isDone() || endIfLate(call, now));
		this.sweeping.set(false);
		if (!this.calls.isEmpty()) {
			sweepLater();
		}
	}

	// What waits for a call must not run on the clock.
	private boolean endIfLate(Call<?> call, long now) {
		boolean late = call.isLate(now);
		boolean ends = late || this.closed;
		if (ends) {
			CALLBACKS.execute(() -> call.end(late));
		}
		return ends;
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

	private void report(Throwable failure) {
		if (this.closed) {
			logger.debug("A task could not go on after the end", failure);
		}
		else {
			logger.error("A task of the clock failed", failure);
		}
	}

	private static CustomizableThreadFactory threads() {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(THREAD_NAME);
		threads.setDaemon(true);
		return threads;
	}

	/** What waits, and runs once: when its time has come or at the end. */
	private final class Task implements Runnable {

		private final Runnable action;

		Task(Runnable action) {
			this.action = action;
		}

		@Override
		public void run() {
			if (!Timers.this.tasks.remove(this)) {
				return;
			}
			try {
				this.action.run();
			}
			catch (Throwable ex) {
				report(ex);
			}
		}

	}

}
