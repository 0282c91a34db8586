package io.github.redispatterns.test;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import tools.jackson.databind.json.JsonMapper;

import io.github.redispatterns.codec.JsonValueCodec;
import io.github.redispatterns.codec.ValueCodec;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;

/**
 * What a test class works with: the server that all tests of this JVM share, keys of its
 * own, and a plain connection to look at what really happened.
 */
public final class Redis implements AutoCloseable {

	private static final Duration QUIET = Duration.ofMillis(20);

	private final KeySpace keys;

	private final Timers timers = new Timers();

	private final LettuceConnectionFactory factory;

	private final RedisGateway gateway;

	private final RedisClient client;

	private final StatefulRedisConnection<String, String> connection;

	Redis(String name) {
		RedisServer server = DevRedis.shared();
		this.keys = KeySpace.of("test-" + name);
		this.factory = connect(server.host(), server.port());
		this.gateway = new RedisGateway(this.factory, Duration.ofSeconds(10), this.timers);
		this.client = RedisClient.create(server.url());
		this.connection = this.client.connect();
	}

	/**
	 * Connect to a server.
	 * @param host its host
	 * @param port its port
	 * @return a started factory
	 */
	public static LettuceConnectionFactory connect(String host, int port) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(new RedisStandaloneConfiguration(host, port));
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	/**
	 * A gateway with a deadline so long that a busy machine does not matter.
	 * @return the gateway
	 */
	public RedisGateway gateway() {
		return this.gateway;
	}

	/**
	 * The factory under the gateway.
	 * @return the factory
	 */
	public LettuceConnectionFactory factory() {
		return this.factory;
	}

	/**
	 * Keys of this test class alone.
	 * @return the key space
	 */
	public KeySpace keys() {
		return this.keys;
	}

	/**
	 * The codec as applications have it.
	 * @return the codec
	 */
	public ValueCodec codec() {
		return new JsonValueCodec(JsonMapper.shared());
	}

	/**
	 * A connection past the gateway.
	 * @return its commands
	 */
	public RedisCommands<String, String> commands() {
		return this.connection.sync();
	}

	/**
	 * Count what the server does meanwhile, once it has done what earlier tests left
	 * under way. Only meaningful while nobody else uses it.
	 * @param action what to do
	 * @return calls by command, scripts' own commands too
	 */
	public Map<String, Long> commandsDuring(Runnable action) {
		awaitQuiet();
		commands().configResetstat();
		action.run();
		Map<String, Long> calls = new TreeMap<>();
		commands().info("commandstats").lines().filter((line) -> line.startsWith("cmdstat_")).forEach((line) -> {
			String name = line.substring("cmdstat_".length(), line.indexOf(':'));
			calls.put(name, Long.parseLong(line.replaceAll("^[^:]+:calls=(\\d+),.*", "$1")));
		});
		calls.values().removeIf((count) -> count == 0);
		calls.keySet().removeAll(Set.of("info", "config|resetstat", "client|setinfo", "hello", "ping"));
		return calls;
	}

	private void awaitQuiet() {
		AtomicLong before = new AtomicLong();
		Awaitility.await().pollDelay(Duration.ZERO).pollInterval(QUIET).until(() -> {
			long now = commandsSoFar();
			// One more: the one that asked before.
			return now == before.getAndSet(now) + 1;
		});
	}

	private long commandsSoFar() {
		return commands().info("stats")
			.lines()
			.filter((line) -> line.startsWith("total_commands_processed:"))
			.mapToLong((line) -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
			.sum();
	}

	/**
	 * Keys of this test class and when they expire.
	 * @return milliseconds by key, -1 for never
	 */
	public Map<String, Long> keysWithTtl() {
		return ScanIterator.scan(commands(), ScanArgs.Builder.matches(this.keys + ":*").limit(1000))
			.stream()
			.distinct()
			.collect(Collectors.toMap((key) -> key, (key) -> commands().pttl(key)));
	}

	@Override
	public void close() {
		this.gateway.stop();
		this.timers.close();
		this.factory.destroy();
		this.connection.close();
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
	}

}
