package io.github.redispatterns;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything that this library throws at run time. There is one subclass for each
 * different reaction of a caller, never one for each cause.
 */
public class RedisPatternsException extends RuntimeException {

	public RedisPatternsException(String message) {
		this(message, null);
	}

	public RedisPatternsException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	protected RedisPatternsException(String message, @Nullable Throwable cause, boolean writableStackTrace) {
		super(message, cause, writableStackTrace, writableStackTrace);
	}

}
