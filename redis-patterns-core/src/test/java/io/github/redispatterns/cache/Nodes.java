package io.github.redispatterns.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.springframework.core.ResolvableType;

import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.test.Redis;

/** Nodes of one application, and crowds of their callers. */
final class Nodes {

	private Nodes() {
	}

	static TypedCacheManager.Builder node(Redis redis) {
		return TypedCacheManager.builder(redis.gateway(), redis.keys(), PayloadPipeline.of(redis.codec()));
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

}
