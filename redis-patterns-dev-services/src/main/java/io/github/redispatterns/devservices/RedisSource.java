package io.github.redispatterns.devservices;

/** Somewhere a Redis can come from. */
interface RedisSource {

	/**
	 * Start a server.
	 * @return the server, which answers
	 * @throws Unavailable if this source has none here
	 */
	RedisServer start() throws Unavailable;

	/** A source has no server to offer. The message says why. */
	final class Unavailable extends Exception {

		Unavailable(String reason) {
			super(reason);
		}

	}

}
