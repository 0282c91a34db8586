package io.github.redispatterns.cache;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * An executor whose thread is the one that waits for the result. So the loader of a
 * blocking call runs in the thread of its caller, with its transaction and security
 * context, although all else is asynchronous. If the caller goes away, what is left runs
 * elsewhere.
 */
final class CallerThread implements Executor {

	private final Thread caller = Thread.currentThread();

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final Executor afterwards;

	private boolean left;

	/**
	 * Create an executor for the current thread.
	 * @param afterwards takes over when the caller has left
	 */
	CallerThread(Executor afterwards) {
		this.afterwards = afterwards;
	}

	/**
	 * Whether what runs on an executor may as well run here.
	 * @param executor any executor
	 * @return whether it is the one of the current thread
	 */
	static boolean isCurrent(Executor executor) {
		return executor instanceof CallerThread caller && caller.caller == Thread.currentThread();
	}

	@Override
	public void execute(Runnable task) {
		boolean here;
		synchronized (this.tasks) {
			here = !this.left && this.tasks.add(task);
		}
		if (here) {
			wakeUp();
		}
		else {
			this.afterwards.execute(task);
		}
	}

	private void wakeUp() {
		if (Thread.currentThread() != this.caller) {
			LockSupport.unpark(this.caller);
		}
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
		if (!result.isDone()) {
			result.whenComplete((value, failure) -> wakeUp());
		}
		try {
			while (!result.isDone()) {
				Runnable task = this.tasks.poll();
				if (task != null) {
					task.run();
				}
				else {
					pause();
				}
			}
			return result.get();
		}
		finally {
			leave();
		}
	}

	private void pause() throws InterruptedException {
		if (Thread.interrupted()) {
			throw new InterruptedException();
		}
		LockSupport.park(this);
	}

	private void leave() {
		synchronized (this.tasks) {
			this.left = true;
		}
		for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
			this.afterwards.execute(task);
		}
	}

}
