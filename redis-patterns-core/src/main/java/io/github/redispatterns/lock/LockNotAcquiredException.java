package io.github.redispatterns.lock;

import java.time.Duration;

import io.github.redispatterns.RedisPatternsException;

/** Somebody else had the lock for as long as the caller would wait. */
public final class LockNotAcquiredException extends RedisPatternsException {

	private final String name;

	/**
	 * Create the exception.
	 * @param name the name of the lock
	 * @param wait how long the caller waited
	 */
	public LockNotAcquiredException(String name, Duration wait) {
		super("Lock '%s' was held by another for all of %s".formatted(name, wait));
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
