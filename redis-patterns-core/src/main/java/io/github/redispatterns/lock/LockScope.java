package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * One flow of work that may enter the locks it has again: a thread, a request, a Reactor
 * context. Whoever asks through the scope that has the lock gets it at once, with the
 * same fencing token and without a word to Redis; it is given back when the last handle
 * is released, in whatever order. A lock that was lost meanwhile is acquired anew.
 * <p>
 * Thread-safe, but meant for one step at a time: of two steps that ask at the same moment
 * for a lock the scope does not have yet, one waits for the other.
 */
public final class LockScope {

	private static final ThreadLocal<LockScope> OF_THREAD = ThreadLocal.withInitial(LockScope::new);

	private final Map<Object, Shared> held = new HashMap<>();

	/** Create a scope that has no lock yet. */
	public LockScope() {
	}

	/**
	 * The scope of the current thread.
	 * @return the same each time on the same thread
	 */
	public static LockScope ofThread() {
		return OF_THREAD.get();
	}

	/**
	 * A lock as this scope sees it.
	 * @param lock the lock
	 * @return the same lock, which this scope may enter again
	 */
	public NamedLock reentrant(NamedLock lock) {
		return new Reentrant(lock);
	}

	/**
	 * How often this scope is inside.
	 * @param lock the lock
	 * @return the number of handles that are not released; 0 if the lock is lost
	 */
	public synchronized int holds(NamedLock lock) {
		Shared shared = this.held.get(lock.identity());
		return (shared != null && shared.handle.isValid()) ? shared.entered : 0;
	}

	private synchronized @Nullable LockHandle reenter(Object identity) {
		Shared shared = this.held.get(identity);
		return (shared != null && shared.handle.isValid()) ? shared.enter() : null;
	}

	private synchronized LockHandle first(Object identity, LockHandle handle) {
		Shared shared = new Shared(identity, handle);
		this.held.put(identity, shared);
		return shared.enter();
	}

	/**
	 * Leave once.
	 * @param lock the lock
	 * @return the handle to release; nothing if this scope is not inside
	 */
	synchronized @Nullable LockHandle innermost(NamedLock lock) {
		Shared shared = this.held.get(lock.identity());
		return (shared != null) ? shared.last : null;
	}

	/** A lock that is held, perhaps several times. */
	private final class Shared {

		private final Object identity;

		private final LockHandle handle;

		private int entered;

		private @Nullable Entry last;

		Shared(Object identity, LockHandle handle) {
			this.identity = identity;
			this.handle = handle;
		}

		Entry enter() {
			this.entered++;
			this.last = new Entry(this, this.last);
			return this.last;
		}

		// Under the lock of the scope.
		boolean leave() {
			this.entered--;
			while (this.last != null && this.last.released) {
				this.last = this.last.outer;
			}
			if (this.entered == 0) {
				LockScope.this.held.remove(this.identity, this);
			}
			return this.entered == 0;
		}

	}

	/** One of the handles of a lock that is held. */
	private final class Entry extends ForwardingHandle {

		private final Shared shared;

		private final @Nullable Entry outer;

		private boolean released;

		Entry(Shared shared, @Nullable Entry outer) {
			super(shared.handle);
			this.shared = shared;
			this.outer = outer;
		}

		@Override
		boolean isReleased() {
			synchronized (LockScope.this) {
				return this.released;
			}
		}

		@Override
		public CompletionStage<Boolean> releaseAsync() {
			boolean last;
			synchronized (LockScope.this) {
				if (this.released) {
					throw alreadyReleased();
				}
				this.released = true;
				last = this.shared.leave();
			}
			return last ? this.shared.handle.releaseAsync()
					: CompletableFuture.completedFuture(this.shared.handle.isValid());
		}

	}

	/** The lock as the scope sees it. */
	private final class Reentrant extends NamedLock {

		private final NamedLock lock;

		Reentrant(NamedLock lock) {
			this.lock = lock;
		}

		@Override
		public String name() {
			return this.lock.name();
		}

		@Override
		public LockSettings settings() {
			return this.lock.settings();
		}

		@Override
		public NamedLock with(LockSettings settings) {
			return new Reentrant(this.lock.with(settings));
		}

		@Override
		public Optional<LockHolder> holder() {
			return this.lock.holder();
		}

		@Override
		Object identity() {
			return this.lock.identity();
		}

		@Override
		Attempt begin(Duration wait) {
			LockHandle again = reenter(identity());
			return (again != null) ? Attempt.succeeded(again)
					: this.lock.begin(wait).map((handle) -> first(identity(), handle));
		}

	}

}
