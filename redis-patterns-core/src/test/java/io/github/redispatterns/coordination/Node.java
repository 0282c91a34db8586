package io.github.redispatterns.coordination;

import java.time.Duration;
import java.util.concurrent.ForkJoinPool;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import tools.jackson.databind.json.JsonMapper;

import io.github.redispatterns.codec.JsonValueCodec;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.test.Redis;

/** One of several nodes of an application, with connections and a clock of its own. */
final class Node implements AutoCloseable {

	private final Timers timers = new Timers();

	private final LettuceConnectionFactory factory;

	private final RedisGateway gateway;

	private final KeySpace keys;

	Node(RedisServer server, KeySpace keys) {
		this.factory = Redis.connect(server.host(), server.port());
		this.gateway = new RedisGateway(this.factory, Duration.ofMillis(500), this.timers);
		this.gateway.start();
		this.keys = keys;
	}

	RedisGateway gateway() {
		return this.gateway;
	}

	IdempotentOperations operations(IdempotencySettings settings) {
		return new IdempotentOperations(this.gateway, this.keys,
				PayloadPipeline.of(new JsonValueCodec(JsonMapper.shared())), settings, ForkJoinPool.commonPool());
	}

	ClusterTasks tasks(String node) {
		return new ClusterTasks(this.gateway, this.keys, node,
				TaskSettings.ofDefaults().withLease(Duration.ofMillis(400)));
	}

	/** Die: nothing is renewed or told any more. */
	void die() {
		this.gateway.stop();
		this.timers.close();
		this.factory.destroy();
	}

	@Override
	public void close() {
		die();
	}

}
