package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import io.github.redispatterns.RedisUnavailableException;

/**
 * A lock as {@link java.util.concurrent.locks} has it: of a thread, which may enter it
 * again.
 */
final class LockView implements Lock {

	private static final Duration EVER = Duration.ofDays(365);

	private final NamedLock lock;

	LockView(NamedLock lock) {
		this.lock = lock;
	}

	@Override
	public void lock() {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					lockInterruptibly();
					return;
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public void lockInterruptibly() throws InterruptedException {
		boolean acquired = false;
		while (!acquired) {
			acquired = acquire(EVER);
		}
	}

	@Override
	public boolean tryLock() {
		return reentrant().tryAcquire().isPresent();
	}

	@Override
	public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
		return acquire(Duration.ofNanos(Math.max(0, unit.toNanos(time))));
	}

	private boolean acquire(Duration wait) throws InterruptedException {
		if (Thread.interrupted()) {
			throw new InterruptedException();
		}
		try {
			Optional<LockHandle> handle = reentrant().tryAcquire(wait);
			return handle.isPresent();
		}
		catch (RedisUnavailableException ex) {
			if (ex.getCause() instanceof InterruptedException && Thread.interrupted()) {
				throw new InterruptedException("Interrupted while waiting for " + this.lock);
			}
			throw ex;
		}
	}

	@Override
	public void unlock() {
		LockHandle handle = LockScope.ofThread().innermost(this.lock);
		if (handle == null) {
			throw new IllegalMonitorStateException("%s is not held by this thread".formatted(this.lock));
		}
		if (!handle.release()) {
			throw new LockLostException(this.lock.name());
		}
	}

	@Override
	public Condition newCondition() {
		throw new UnsupportedOperationException("A lock over several JVMs has no conditions");
	}

	private NamedLock reentrant() {
		return LockScope.ofThread().reentrant(this.lock);
	}

	@Override
	public String toString() {
		return this.lock.toString();
	}

}
