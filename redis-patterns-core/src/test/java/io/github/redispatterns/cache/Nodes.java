package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.springframework.core.ResolvableType;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.test.Redis;

/** Nodes of one application, and crowds of their callers. */
final class Nodes {

	private Nodes() {
	}

	static TypedCacheManager.Builder node(Redis redis) {
		return node(redis.gateway(), redis);
	}

	static TypedCacheManager.Builder node(RedisGateway gateway, Redis redis) {
		return TypedCacheManager.builder(gateway, redis.keys(), PayloadPipeline.of(redis.codec()));
	}

	static TypedCache strings(Redis redis, String name, CacheSettings.Builder settings) {
		return node(redis).cache(name, settings.build())
			.build()
			.getCache(name)
			.as(ResolvableType.forClass(String.class));
	}

	static <T> List<T> crowd(int size, Callable<T> call) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(size);
		CountDownLatch start = new CountDownLatch(size);
		List<Future<T>> results = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			results.add(threads.submit(() -> {
				start.countDown();
				start.await();
				return call.call();
			}));
		}
		List<T> values = new ArrayList<>();
		for (Future<T> result : results) {
			values.add(result.get());
		}
		threads.shutdown();
		return values;
	}

	static <T> CompletableFuture<T> started(Callable<T> call) {
		CompletableFuture<T> result = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				result.complete(call.call());
			}
			catch (Throwable ex) {
				result.completeExceptionally(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
		return result;
	}

	/** A connection that no other node has. */
	static final class Connection implements AutoCloseable {

		private final Timers timers = new Timers();

		private final LettuceConnectionFactory factory;

		private final RedisGateway gateway;

		Connection(String host, int port, Duration deadline) {
			this(Redis.connect(host, port), deadline);
		}

		Connection(LettuceConnectionFactory factory, Duration deadline) {
			this.factory = factory;
			this.gateway = new RedisGateway(this.factory, deadline, this.timers);
		}

		static Connection open() {
			RedisServer server = DevRedis.shared();
			return new Connection(server.host(), server.port(), Duration.ofSeconds(10));
		}

		RedisGateway gateway() {
			return this.gateway;
		}

		@Override
		public void close() {
			this.gateway.stop();
			this.factory.destroy();
			this.timers.close();
		}

	}

}
