package io.github.redispatterns.devservices;

import org.jspecify.annotations.Nullable;

/**
 * A running Redis that listens on the loopback interface only and keeps nothing on disk.
 * It ends when it is closed, and with this JVM however that ends. For tests it can be
 * made to fail: what is done to it holds until it is undone, also for others who share
 * it.
 * <p>
 * The faults strike at once, not at a point between two commands: what was under way may
 * have been done or not.
 */
public final class RedisServer implements AutoCloseable {

	private final String description;

	private final Endpoint endpoint;

	private final ServerLife life;

	private volatile boolean shared;

	RedisServer(String description, Endpoint endpoint, ServerLife life) {
		this.description = description;
		this.endpoint = endpoint;
		this.life = life;
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
		return this.endpoint.host();
	}

	/**
	 * The port it listens on.
	 * @return a port that was free
	 */
	public int port() {
		return this.endpoint.port();
	}

	/**
	 * The address in the form of {@code spring.data.redis.url}, without user and
	 * password.
	 * @return such as {@code redis://127.0.0.1:21231}, with TLS {@code rediss://}
	 */
	public String url() {
		return ((this.endpoint.access() != null) ? "rediss://" : "redis://") + host() + ":" + port();
	}

	/**
	 * Send one command over a connection of its own, as a user who may do all. For tests
	 * to look and arrange, not for load.
	 * @param command the command and its arguments, as text
	 * @return the answer: {@link String}, {@link Long}, {@link java.util.List} of these
	 * or nothing
	 * @throws RuntimeException if the server refuses it or does not answer within 2
	 * seconds
	 */
	public @Nullable Object command(String... command) {
		return this.endpoint.call(command);
	}

	/**
	 * Freeze the server ({@code SIGSTOP}): connections stay, new ones are accepted by the
	 * system, and nothing answers.
	 */
	public void pause() {
		this.life.pause();
	}

	/** Let a paused server go on. Does nothing to one that is not paused. */
	public void resume() {
		this.life.resume();
	}

	/** Kill the server ({@code SIGKILL}). It stays dead until {@link #restart()}. */
	public void kill() {
		this.life.kill();
	}

	/**
	 * Start the server anew on the same port, without data, scripts and whatever was
	 * configured since it started, and wait until it answers. Kills it first where it
	 * runs.
	 */
	public void restart() {
		this.life.restart();
	}

	/**
	 * Whether the server runs.
	 * @return {@code true} for a paused one too
	 */
	public boolean isAlive() {
		return this.life.isAlive();
	}

	/**
	 * Close all connections of clients but those that subscribed to channels
	 * ({@code CLIENT KILL TYPE normal}).
	 * @return how many there were
	 */
	public long killClients() {
		return number("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
	}

	/**
	 * Close all connections that subscribed to channels
	 * ({@code CLIENT KILL TYPE pubsub}).
	 * @return how many there were
	 */
	public long killSubscribers() {
		return number("CLIENT", "KILL", "TYPE", "pubsub", "SKIPME", "yes");
	}

	private long number(String... command) {
		return (command(command) instanceof Long number) ? number : 0;
	}

	/** Forget all scripts, so that the next {@code EVALSHA} finds none. */
	public void flushScripts() {
		command("SCRIPT", "FLUSH", "SYNC");
	}

	/** Remove all keys. */
	public void flush() {
		command("FLUSHALL", "SYNC");
	}

	Endpoint endpoint() {
		return this.endpoint;
	}

	/** From now on the server belongs to all, and closing does not end it. */
	void share() {
		this.shared = true;
	}

	/**
	 * End the server, paused or not. All its data is gone. A shared server goes on.
	 */
	@Override
	public void close() {
		if (!this.shared) {
			this.life.stop();
		}
	}

	@Override
	public String toString() {
		return this.description + ", listening on " + url();
	}

}
