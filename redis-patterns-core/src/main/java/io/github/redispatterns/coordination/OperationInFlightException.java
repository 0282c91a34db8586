package io.github.redispatterns.coordination;

import io.github.redispatterns.RedisPatternsException;

/**
 * Another executes the same operation just now, and its answer was not there in time.
 * Asking again later gives that answer.
 */
public final class OperationInFlightException extends RedisPatternsException {

	OperationInFlightException(String operation) {
		super("%s is being executed, and its answer is not there yet: ask again later".formatted(operation));
	}

}
