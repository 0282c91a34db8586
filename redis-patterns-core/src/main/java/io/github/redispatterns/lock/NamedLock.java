package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A lock by its name, over all nodes: a mutex, one side of a read-write lock, a
 * semaphore, several locks at once. Made by {@link Locks}, cheap, not taken by being
 * made. Thread-safe, not reentrant: who has it and asks again waits for itself, unless it
 * asks through a {@link LockScope}.
 * <p>
 * Waiting holds one deadline for everything, network included, and costs Redis nothing
 * while nothing happens.
 */
public abstract class NamedLock {

	NamedLock() {
	}

	/**
	 * The name of this lock.
	 * @return the name as it was asked for
	 */
	public abstract String name();

	/**
	 * How it is waited for and held.
	 * @return the settings
	 */
	public abstract LockSettings settings();

	/**
	 * The same lock, waited for and held in another way.
	 * @param settings how
	 * @return another view of the lock
	 */
	public abstract NamedLock with(LockSettings settings);

	/**
	 * Look who has the lock.
	 * @return the holder, or nothing if the lock is free
	 * @throws io.github.redispatterns.RedisUnavailableException if Redis does not answer
	 */
	public abstract Optional<LockHolder> holder();

	/**
	 * This lock for a thread that may enter it again, as {@link java.util.concurrent} has
	 * it. All views of a lock are the same lock. {@code unlock} throws
	 * {@link IllegalMonitorStateException} if the thread does not hold the lock, and
	 * {@link LockLostException} if it has lost it. There are no conditions.
	 * @return a view
	 */
	public final Lock asLock() {
		return new LockView(this);
	}

	/**
	 * What makes this the same lock as another.
	 * @return equal for the same lock of the same kind
	 */
	abstract Object identity();

	/**
	 * Begin to take the lock.
	 * @param wait how long to wait, zero to try once
	 * @return the attempt
	 */
	abstract Attempt begin(Duration wait);

	/**
	 * Take the lock if it is free now.
	 * @return a handle, or nothing if somebody else has the lock or was here first
	 * @throws io.github.redispatterns.RedisUnavailableException if Redis does not answer
	 */
	public Optional<LockHandle> tryAcquire() {
		return tryAcquire(Duration.ZERO);
	}

	/**
	 * Take the lock, waiting until it is free.
	 * @param wait how long to wait at most, zero to try once
	 * @return a handle, or nothing if somebody else had the lock all the time
	 * @throws io.github.redispatterns.RedisUnavailableException if Redis did not answer
	 * until the wait was over, or the thread is interrupted, which its flag then shows;
	 * nothing stays locked for this caller in either case, or only until the lease ends
	 * where Redis is out of reach
	 */
	public Optional<LockHandle> tryAcquire(Duration wait) {
		return begin(wait).await();
	}

	/**
	 * Take the lock, waiting until it is free without holding a thread.
	 * @param wait how long to wait at most, zero to try once
	 * @return a handle, or nothing if somebody else had the lock all the time; completed
	 * on the executor of {@link Locks}
	 */
	public CompletionStage<Optional<LockHandle>> tryAcquireAsync(Duration wait) {
		return begin(wait).async();
	}

	/**
	 * Take the lock, waiting as long as its settings say.
	 * @return a handle
	 * @throws LockNotAcquiredException if somebody else had the lock all the time
	 */
	public LockHandle acquire() {
		return acquire(settings().maxWait());
	}

	/**
	 * Take the lock or fail.
	 * @param wait how long to wait at most, zero to try once
	 * @return a handle
	 * @throws LockNotAcquiredException if somebody else had the lock all the time
	 * @throws io.github.redispatterns.RedisUnavailableException as for
	 * {@link #tryAcquire(Duration)}
	 */
	public LockHandle acquire(Duration wait) {
		return required(tryAcquire(wait), wait);
	}

	/**
	 * Take the lock or fail, without holding a thread.
	 * @param wait how long to wait at most, zero to try once
	 * @return a handle, or {@link LockNotAcquiredException}
	 */
	public CompletionStage<LockHandle> acquireAsync(Duration wait) {
		return tryAcquireAsync(wait).thenApply((handle) -> required(handle, wait));
	}

	/**
	 * Work under the lock.
	 * @param <T> what the work returns
	 * @param wait how long to wait for the lock at most
	 * @param work gets the handle, which is released afterwards
	 * @return what the work returns
	 * @throws LockNotAcquiredException if somebody else had the lock all the time; the
	 * work was not done
	 */
	public <T extends @Nullable Object> T withLock(Duration wait, Function<? super LockHandle, T> work) {
		try (LockHandle handle = acquire(wait)) {
			return work.apply(handle);
		}
	}

	/**
	 * Work under the lock without holding a thread.
	 * @param <T> what the work comes to
	 * @param wait how long to wait for the lock at most
	 * @param work gets the handle, which is released when the returned stage completes
	 * @return what the work comes to, or {@link LockNotAcquiredException}
	 */
	public <T extends @Nullable Object> CompletionStage<T> withLockAsync(Duration wait,
			Function<? super LockHandle, ? extends CompletionStage<T>> work) {
		return acquireAsync(wait).thenCompose((handle) -> Releasing.afterwards(handle, () -> work.apply(handle)));
	}

	private LockHandle required(Optional<LockHandle> handle, Duration wait) {
		return handle.orElseThrow(() -> new LockNotAcquiredException(name(), wait));
	}

}
