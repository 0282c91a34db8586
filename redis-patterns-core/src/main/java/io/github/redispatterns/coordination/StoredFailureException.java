package io.github.redispatterns.coordination;

import io.github.redispatterns.RedisPatternsException;

/**
 * An operation was executed before, and its answer was a failure that is kept. It is not
 * executed again.
 */
public final class StoredFailureException extends RedisPatternsException {

	private final String type;

	StoredFailureException(String operation, String type, String message) {
		super("%s was executed before and failed: %s: %s".formatted(operation, type, message));
		this.type = type;
	}

	/**
	 * What the operation failed with.
	 * @return the name of the class of the exception
	 */
	public String type() {
		return this.type;
	}

}
