package io.github.redispatterns.devservices;

/** A server could not be reached, or its answer was an error. */
final class RespException extends RuntimeException {

	RespException(String message) {
		super(message);
	}

	RespException(String message, Throwable cause) {
		super(message, cause);
	}

}
