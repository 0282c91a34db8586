package io.github.redispatterns.devservices;

/** A source that has the program of a server, and so can start several side by side. */
interface BinarySource extends RedisSource {

	/**
	 * Get the program.
	 * @return the program, to be closed
	 * @throws Unavailable if there is none here
	 */
	ServerBinary open() throws Unavailable;

	@Override
	default RedisServer start() throws Unavailable {
		return LocalServers.from(this).start();
	}

}
