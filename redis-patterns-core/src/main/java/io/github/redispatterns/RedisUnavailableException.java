package io.github.redispatterns;

import org.jspecify.annotations.Nullable;

/**
 * Redis did not answer: not connected, or not within the deadline of the call. The
 * operation <em>may</em> have been carried out all the same: a lost answer looks exactly
 * like a lost request.
 */
public class RedisUnavailableException extends RedisPatternsException {

	public RedisUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	private RedisUnavailableException(String message) {
		super(message, null, false);
	}

	/**
	 * An exception that is cheap enough to be thrown at any rate.
	 * @param message what happened
	 * @return an exception without stack trace, good for use by all threads
	 */
	public static RedisUnavailableException withoutStackTrace(String message) {
		return new RedisUnavailableException(message);
	}

}
