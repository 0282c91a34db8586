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
 * there is something to do. Drops what comes while the queue is full.
 */
public final class SerialExecutor implements TaskExecutor {

	private static final Log logger = LogFactory.getLog(SerialExecutor.class);

	private static final long IDLE_SECONDS = 30;

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
				new LinkedBlockingQueue<>(queueCapacity), threads, (task, executor) -> dropped(queueCapacity));
		this.thread.allowCoreThreadTimeOut(true);
	}

	@Override
	public void execute(Runnable task) {
		this.thread.execute(task);
	}

	private static void dropped(int queueCapacity) {
		logger.warn("A message was dropped: %d are waiting for a slow listener".formatted(queueCapacity));
	}

}
