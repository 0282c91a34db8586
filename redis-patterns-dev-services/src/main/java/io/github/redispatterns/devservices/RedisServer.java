package io.github.redispatterns.devservices;

/**
 * A running Redis that listens on the loopback interface only and keeps nothing on disk.
 * It ends when it is closed, and with this JVM however that ends.
 */
public final class RedisServer implements AutoCloseable {

	private final String description;

	private final String host;

	private final int port;

	private final Runnable stop;

	RedisServer(String description, String host, int port, Runnable stop) {
		this.description = description;
		this.host = host;
		this.port = port;
		this.stop = stop;
	}

	/**
	 * Where the server comes from.
	 * @return such as {@code redis-server on the PATH (/usr/bin/redis-server)}
	 */
	public String description() {
		return this.description;
	}

	/**
	 * The host it listens on.
	 * @return a loopback address
	 */
	public String host() {
		return this.host;
	}

	/**
	 * The port it listens on.
	 * @return a port that was free
	 */
	public int port() {
		return this.port;
	}

	/**
	 * The address in the form of {@code spring.data.redis.url}.
	 * @return such as {@code redis://127.0.0.1:41231}
	 */
	public String url() {
		return "redis://" + this.host + ":" + this.port;
	}

	/** End the server. All its data is gone. */
	@Override
	public void close() {
		this.stop.run();
	}

	/**
	 * The same server for those who do not own it.
	 * @return a server whose {@link #close()} does nothing
	 */
	RedisServer keptOpen() {
		return new RedisServer(this.description, this.host, this.port, () -> {
		});
	}

	@Override
	public String toString() {
		return this.description + ", listening on " + url();
	}

}
