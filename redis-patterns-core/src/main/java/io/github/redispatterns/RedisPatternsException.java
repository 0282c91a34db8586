package io.github.redispatterns;

import java.util.concurrent.CompletionException;

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

	/**
	 * What a stage failed with, without the {@link CompletionException} around it.
	 * @param failure what a callback of a stage got
	 * @return the failure itself
	 */
	public static Throwable causeOf(Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

}
