package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import tools.jackson.databind.json.JsonMapper;

import io.github.redispatterns.codec.JsonValueCodec;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.test.Redis;

/**
 * A JVM that puts growing numbers and says which were taken. Its database is a hash that
 * notices disorder. Its arguments are host and port of Redis, and the number of the run.
 */
public final class WriteBehindNode implements AutoCloseable, CacheWriter<String, Integer> {

	static final int KEYS = 50;

	private final LettuceConnectionFactory factory;

	private final Timers timers = new Timers();

	private final RedisGateway gateway;

	private final RedisClient client;

	private final RedisCommands<String, String> database;

	private final TypedCacheManager manager;

	WriteBehindNode(String host, int port) {
		this.factory = Redis.connect(host, port);
		this.gateway = new RedisGateway(this.factory, Duration.ofSeconds(10), this.timers);
		this.client = RedisClient.create("redis://" + host + ":" + port);
		this.database = this.client.connect().sync();
		PayloadPipeline payloads = PayloadPipeline.of(new JsonValueCodec(JsonMapper.shared()));
		this.manager = TypedCacheManager.builder(this.gateway, KeySpace.of("crash"), payloads)
			.writer(this)
			.cache("counters",
					CacheSettings.builder()
						.writeBehind(new WriteBehindSettings(Duration.ofMillis(20), 10, 100_000, Duration.ofSeconds(5),
								3, Duration.ofMillis(10), Duration.ofMillis(100)))
						.build())
			.build();
		this.manager.start();
	}

	/**
	 * The child: puts growing numbers and says which were taken.
	 * @param args host, port and number of the run
	 */
	public static void main(String[] args) {
		WriteBehindNode node = new WriteBehindNode(args[0], Integer.parseInt(args[1]));
		TypedCache cache = node.cache();
		int value = Integer.parseInt(args[2]) * 1_000_000;
		while (true) {
			int key = ThreadLocalRandom.current().nextInt(KEYS);
			value++;
			cache.put(String.valueOf(key), value);
			System.out.println("put " + key + " " + value + ".");
		}
	}

	TypedCache cache() {
		return this.manager.getCache("counters");
	}

	int stored(String key) {
		return Integer.parseInt(this.database.hget("database", key));
	}

	boolean sawDisorder() {
		return this.database.exists("disorder") > 0;
	}

	@Override
	public String cacheName() {
		return "counters";
	}

	@Override
	public void write(String key, Integer value) {
		String before = this.database.hget("database", key);
		if (before != null && Integer.parseInt(before) > value) {
			this.database.set("disorder", key);
		}
		this.database.hset("database", key, String.valueOf(value));
	}

	@Override
	public void delete(String key) {
		this.database.hdel("database", key);
	}

	@Override
	public void close() {
		this.manager.stop();
		this.gateway.stop();
		this.factory.destroy();
		this.timers.close();
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
	}

}
