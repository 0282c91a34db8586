package io.github.redispatterns.devservices;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Servers that work together, on the loopback interface only. They end when this is
 * closed and with the JVM however that ends, and leave nothing on disk.
 * <p>
 * For tests and development: no promise of speed, of durability, or of the servers'
 * settings beyond what the subclasses say.
 */
public abstract sealed class RedisTopology implements AutoCloseable permits StandaloneRedis, TlsRedis, ReplicatedRedis {

	private static final Duration HEALING_TIME = Duration.ofSeconds(60);

	private final List<RedisServer> servers;

	RedisTopology(List<RedisServer> servers) {
		this.servers = List.copyOf(servers);
	}

	/**
	 * Which topology this is.
	 * @return the topology
	 */
	public abstract Topology topology();

	/**
	 * The servers that hold data, whatever their role.
	 * @return the servers, always the same, dead ones among them
	 */
	public final List<RedisServer> servers() {
		return this.servers;
	}

	/**
	 * The servers that say of themselves that they are masters now.
	 * @return those of {@link #servers()} that answer and are masters; during a failover
	 * these may be too few or too many
	 */
	public final List<RedisServer> masters() {
		return this.servers.stream().filter((server) -> Role.of(server).isMaster()).toList();
	}

	/**
	 * The server that a key is written to now.
	 * @param key the key
	 * @return the master that has it or would have it
	 * @throws IllegalStateException if there is none
	 */
	public RedisServer masterOf(String key) {
		return masters().stream().findFirst().orElseThrow(() -> new IllegalStateException("No master for " + key));
	}

	/**
	 * The properties that connect a Spring Boot application, of {@code spring.data.redis}
	 * and where there is TLS of {@code spring.ssl}.
	 * @return the values by name
	 */
	public abstract Map<String, String> springProperties();

	/**
	 * A started connection factory, much as Spring Boot makes it, but with a command
	 * timeout of 5 seconds.
	 * @return a factory of its own, which the caller destroys
	 */
	public final LettuceConnectionFactory connectionFactory() {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(configuration(), clientConfiguration());
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	abstract RedisConfiguration configuration();

	LettuceClientConfiguration clientConfiguration() {
		return Clients.defaults().build();
	}

	/** Remove all keys. */
	public final void flush() {
		masters().forEach(RedisServer::flush);
	}

	/**
	 * Undo what was done to the servers: resume the paused, start the dead anew (empty),
	 * and wait until all work together.
	 * @throws IllegalStateException if they do not within a minute
	 */
	public final void heal() {
		processes().forEach(RedisServer::resume);
		processes().filter((server) -> !server.isAlive()).forEach(RedisServer::restart);
		prepare();
		awaitWhole();
	}

	/** Tell the servers what they do not know from their start. */
	void prepare() {
	}

	final void awaitWhole() {
		Await.until(HEALING_TIME, this + " is whole", this::isWhole);
	}

	/**
	 * Whether all servers are there and agree. May help them to.
	 * @return whether there is nothing left to wait for
	 */
	abstract boolean isWhole();

	/**
	 * All processes.
	 * @return those that hold data and those that watch
	 */
	Stream<RedisServer> processes() {
		return this.servers.stream();
	}

	/**
	 * The server that listens on a port.
	 * @param port the port
	 * @return the server
	 */
	final RedisServer at(Object port) {
		return this.servers.stream()
			.filter((server) -> Objects.equals(String.valueOf(server.port()), String.valueOf(port)))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("No server of " + this + " listens on " + port));
	}

	/** End all servers, paused or not, unless they are shared. All data is gone. */
	@Override
	public final void close() {
		processes().forEach(RedisServer::close);
	}

	@Override
	public final String toString() {
		return topology() + " " + this.servers.stream().map(RedisServer::url).toList();
	}

}
