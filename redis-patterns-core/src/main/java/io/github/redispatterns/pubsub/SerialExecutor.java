package io.github.redispatterns.pubsub;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Runs tasks one after the other in the order they came, on a thread that lives while
 * there is something to do. Drops what comes while the queue is full, or after the end.
 */
public final class SerialExecutor implements TaskExecutor, AutoCloseable {

	private static final Log logger = LogFactory.getLog(SerialExecutor.class);

	private static final long IDLE_SECONDS = 30;

	private static final long DRAIN_SECONDS = 5;

	private final ThreadPoolExecutor thread;

	/**
	 * Create an executor.
	 * @param threadNamePrefix first part of the thread's name
	 * @param queueCapacity number of tasks that may wait, at least 1
	 */
	public SerialExecutor(String threadNamePrefix, int queueCapacity) {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(threadNamePrefix);
		threads.setDaemon(true);
		this.thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(queueCapacity), threads, (task, executor) -> dropped(executor));
		this.thread.allowCoreThreadTimeOut(true);
	}

	@Override
	public void execute(Runnable task) {
		this.thread.execute(task);
	}

	/** Run what waits, for some seconds at most, and take nothing more. */
	@Override
	public void close() {
		this.thread.shutdown();
		try {
			if (!this.thread.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS)) {
				logger.warn("%d messages were dropped at the end".formatted(this.thread.shutdownNow().size()));
			}
		}
		catch (InterruptedException ex) {
			this.thread.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

	private static void dropped(ThreadPoolExecutor executor) {
		logger.warn(executor.isShutdown() ? "A message was dropped: the application ends"
				: "A message was dropped: %d are waiting for a slow listener".formatted(executor.getQueue().size()));
	}

}
