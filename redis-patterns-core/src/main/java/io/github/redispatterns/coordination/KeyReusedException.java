package io.github.redispatterns.coordination;

import io.github.redispatterns.RedisPatternsException;

/**
 * A key of an operation was used before for something different. Nothing was executed: a
 * mistake of the caller, who must take a new key.
 */
public final class KeyReusedException extends RedisPatternsException {

	KeyReusedException(String operation) {
		super("%s was asked for before with another request: use a new key for a new request".formatted(operation));
	}

}
