package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * One acquisition of a lock. Any thread may use and release it.
 */
public final class LockHandle implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(LockHandle.class);

	private final Mutex mutex;

	private final String owner;

	private final long validUntil;

	private final AtomicBoolean released = new AtomicBoolean();

	/**
	 * Create a handle.
	 * @param mutex the lock
	 * @param owner the owner of this acquisition
	 * @param sent when the request left, by {@link System#nanoTime}: the lease cannot
	 * have begun earlier
	 */
	LockHandle(Mutex mutex, String owner, long sent) {
		this.mutex = mutex;
		this.owner = owner;
		// A hundredth of the lease and 2 ms for clocks that run at different speeds.
		this.validUntil = sent + mutex.lease().multipliedBy(99).dividedBy(100).minusMillis(2).toNanos();
	}

	/**
	 * The name of the lock.
	 * @return the name as it was asked for
	 */
	public String name() {
		return this.mutex.name();
	}

	/**
	 * Whether the holder may still rely on the lock, judged by the local clock alone.
	 * @return {@code false} once released or once the lease may have ended; a key that
	 * somebody deleted on the server is not noticed
	 */
	public boolean isValid() {
		return !this.released.get() && this.validUntil - System.nanoTime() > 0;
	}

	/**
	 * Time for which the holder may still rely on the lock.
	 * @return zero if it is not valid any more
	 */
	public Duration remaining() {
		return isValid() ? Duration.ofNanos(Math.max(0, this.validUntil - System.nanoTime())) : Duration.ZERO;
	}

	/**
	 * Give the lock back.
	 * @return {@code true} if it was held until now, {@code false} if it had been lost:
	 * the lease had ended, and another may have worked beside this holder
	 * @throws IllegalStateException if this handle was released before
	 * @throws io.github.redispatterns.RedisUnavailableException if Redis does not answer;
	 * the lock then ends with its lease at the latest
	 */
	public boolean release() {
		if (!this.mutex.gateway().mayWait()) {
			throw new IllegalStateException("Use releaseAsync on a thread of the driver");
		}
		return this.mutex.gateway().await(releaseAsync());
	}

	/**
	 * Give the lock back without waiting.
	 * @return {@code true} if it was held until now, {@code false} if it had been lost
	 * @throws IllegalStateException if this handle was released before
	 */
	public CompletionStage<Boolean> releaseAsync() {
		if (!this.released.compareAndSet(false, true)) {
			throw new IllegalStateException("Lock '%s' was released before by this handle".formatted(name()));
		}
		return this.mutex.release(this.owner);
	}

	/**
	 * Give the lock back if that has not happened yet. That it had been lost, or that
	 * Redis does not answer, is logged as a warning: the work is done either way.
	 */
	@Override
	public void close() {
		if (this.released.get()) {
			return;
		}
		try {
			if (!release()) {
				logger.warn("Lock '%s' was lost before it was released: its lease of %s is shorter than the work"
					.formatted(name(), this.mutex.lease()));
			}
		}
		catch (RuntimeException ex) {
			logger.warn("Lock '%s' could not be released and ends with its lease of %s".formatted(name(),
					this.mutex.lease()), ex);
		}
	}

}
