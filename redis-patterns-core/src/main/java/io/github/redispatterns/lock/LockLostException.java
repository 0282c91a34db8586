package io.github.redispatterns.lock;

import io.github.redispatterns.RedisPatternsException;

/**
 * The lock was lost while the work went on: another may have worked beside it, so what it
 * did must be checked or undone.
 */
public final class LockLostException extends RedisPatternsException {

	private final String name;

	/**
	 * Create the exception.
	 * @param name the name of the lock
	 */
	public LockLostException(String name) {
		super("Lock '%s' was lost while its holder worked: another may have worked beside it".formatted(name));
		this.name = name;
	}

	/**
	 * The name of the lock.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

}
