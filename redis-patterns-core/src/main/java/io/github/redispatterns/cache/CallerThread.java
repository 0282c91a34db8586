package io.github.redispatterns.cache;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

import org.jspecify.annotations.Nullable;

/**
 * An executor whose thread is the one that waits for the result. So the loader of a
 * blocking call runs in the thread of its caller, with its transaction and security
 * context, although all else is asynchronous. If the caller goes away, what is left runs
 * elsewhere.
 */
final class CallerThread implements Executor {

	private static final Runnable WAKE_UP = () -> {
	};

	private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

	private final Executor afterwards;

	private boolean left;

	/**
	 * Create an executor for the current thread.
	 * @param afterwards takes over when the caller has left
	 */
	CallerThread(Executor afterwards) {
		this.afterwards = afterwards;
	}

	@Override
	public void execute(Runnable task) {
		synchronized (this.tasks) {
			if (!this.left) {
				this.tasks.add(task);
				return;
			}
		}
		this.afterwards.execute(task);
	}

	/**
	 * Wait for a result, and do meanwhile what there is to do.
	 * @param <T> the type of the result
	 * @param result the result
	 * @return its value
	 * @throws InterruptedException if the thread is interrupted
	 * @throws ExecutionException if the result is a failure
	 */
	<T extends @Nullable Object> T await(CompletableFuture<T> result) throws InterruptedException, ExecutionException {
		result.whenComplete((value, failure) -> this.tasks.add(WAKE_UP));
		try {
			while (!result.isDone()) {
				this.tasks.take().run();
			}
			return result.get();
		}
		finally {
			leave();
		}
	}

	private void leave() {
		synchronized (this.tasks) {
			this.left = true;
		}
		for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
			if (task != WAKE_UP) {
				this.afterwards.execute(task);
			}
		}
	}

}
