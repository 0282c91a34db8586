package io.github.redispatterns.cache;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Lets only so many loads run at the same time; the others wait in their order. A load
 * that is needed by another one in the same thread does not wait, because the other one
 * would wait for it.
 */
final class LoadGate {

	private static final int MAX_WAITING = 10_000;

	private final Queue<Runnable> waiting = new ArrayDeque<>();

	private final ThreadLocal<Boolean> inside = new ThreadLocal<>();

	private int free;

	LoadGate(int permits) {
		this.free = permits;
	}

	/**
	 * Run loads like this.
	 * @param executor where they run
	 * @return runs as many of them at the same time as may be in here
	 */
	Executor around(Executor executor) {
		return (load) -> {
			boolean entered = enter(() -> executor.execute(() -> {
				try {
					within(load);
				}
				finally {
					leave();
				}
			}));
			if (!entered) {
				throw new RejectedExecutionException("%d loads wait already".formatted(MAX_WAITING));
			}
		};
	}

	/**
	 * Run a load, now or when it is its turn.
	 * @param load starts the load; {@link #leave} is called when it has ended
	 * @return {@code false} if too many are waiting
	 */
	boolean enter(Runnable load) {
		boolean nested = Boolean.TRUE.equals(this.inside.get());
		synchronized (this.waiting) {
			if (this.free <= 0 && !nested) {
				return this.waiting.size() < MAX_WAITING && this.waiting.add(load);
			}
			this.free--;
		}
		load.run();
		return true;
	}

	/**
	 * Mark what the current thread does as a part of a load.
	 * @param work what it does
	 */
	void within(Runnable work) {
		Boolean before = this.inside.get();
		this.inside.set(true);
		try {
			work.run();
		}
		finally {
			if (before == null) {
				this.inside.remove();
			}
		}
	}

	void leave() {
		Runnable next;
		synchronized (this.waiting) {
			this.free++;
			next = (this.free > 0) ? this.waiting.poll() : null;
			if (next != null) {
				this.free--;
			}
		}
		if (next != null) {
			next.run();
		}
	}

}
