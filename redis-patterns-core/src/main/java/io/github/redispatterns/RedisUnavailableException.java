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

}
