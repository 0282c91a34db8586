package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.devservices.RedisTopology;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.test.Redis;

/** One of several nodes of an application: connections, clock and locks of its own. */
final class LockNode implements AutoCloseable {

	static final KeySpace KEYS = KeySpace.of("locks");

	private final Timers timers = new Timers();

	private final LettuceConnectionFactory factory;

	private final RedisGateway gateway;

	private final Locks locks;

	private LockNode(LettuceConnectionFactory factory, String name, Duration timeout, Executor executor) {
		this.factory = factory;
		this.gateway = new RedisGateway(factory, timeout, this.timers);
		this.gateway.start();
		this.locks = new Locks(this.gateway, KEYS, name, LockSettings.ofDefaults(), executor);
	}

	static LockNode at(RedisServer server) {
		return of(Redis.connect(server.host(), server.port()));
	}

	static LockNode at(RedisTopology redis) {
		return of(redis.connectionFactory());
	}

	static LockNode of(LettuceConnectionFactory factory) {
		return new LockNode(factory, "node", Duration.ofSeconds(2), ForkJoinPool.commonPool());
	}

	static LockNode impatient(RedisServer server) {
		return new LockNode(Redis.connect(server.host(), server.port()), "node", Duration.ofMillis(300),
				ForkJoinPool.commonPool());
	}

	Locks locks() {
		return this.locks;
	}

	RedisGateway gateway() {
		return this.gateway;
	}

	long timers() {
		return this.timers.pending();
	}

	@Override
	public void close() {
		this.locks.stop();
		this.gateway.stop();
		this.timers.close();
		this.factory.destroy();
	}

}
