package io.github.redispatterns.lock;

import io.github.redispatterns.RedisPatternsException;

/**
 * Somebody with a larger fencing token was here before: the lock of the caller is lost,
 * and what it wanted to write was not written.
 */
public final class StaleTokenException extends RedisPatternsException {

	private final long token;

	/**
	 * Create the exception.
	 * @param resource what was to be written
	 * @param token the token that is too small
	 */
	public StaleTokenException(String resource, long token) {
		super("Fencing token %d for '%s' is smaller than one that was seen before: its lock is lost".formatted(token,
				resource));
		this.token = token;
	}

	/**
	 * The token that was refused.
	 * @return the token
	 */
	public long token() {
		return this.token;
	}

}
