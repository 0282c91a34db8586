package io.github.redispatterns.lock;

import java.util.concurrent.locks.Lock;

import org.springframework.integration.support.locks.LockRegistry;

import io.github.redispatterns.key.KeyText;

/**
 * {@link Locks} for Spring Integration, and for those who come from its registry. Locks
 * belong to threads and are reentrant, as there; unlike there a wait has one deadline,
 * renewal is on without a scheduler, and nothing is polled.
 */
public final class LocksLockRegistry implements LockRegistry<Lock> {

	private final Locks locks;

	/**
	 * Create the view.
	 * @param locks where the locks come from
	 */
	public LocksLockRegistry(Locks locks) {
		this.locks = locks;
	}

	/**
	 * The lock of the same name.
	 * @param lockKey a text, or what has one that can be relied on
	 * @return the lock as a thread has it
	 * @throws IllegalArgumentException if the key has no text of that kind
	 */
	@Override
	public Lock obtain(Object lockKey) {
		return this.locks.get(KeyText.of(lockKey)).asLock();
	}

}
