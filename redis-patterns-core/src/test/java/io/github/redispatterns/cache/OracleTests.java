package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes that read, put and invalidate at random, against a source that counts up a
 * number for each key. Whoever reads after a change has returned must see at least its
 * number: with near caches on the node of the change, without them on both; and all of
 * them the last one when nothing changes any more. More steps by
 * {@code -Dredis-patterns.cache.oracle-steps=1000000}.
 */
@ExtendWith(RedisExtension.class)
class OracleTests {

	private static final int STEPS = Integer.getInteger("redis-patterns.cache.oracle-steps", 20_000);

	private static final int WORKERS = 8;

	private final Redis redis;

	private final List<TypedCacheManager> managers = new ArrayList<>();

	private final AtomicLong loads = new AtomicLong();

	OracleTests(Redis redis) {
		this.redis = redis;
	}

	@AfterEach
	void close() {
		this.managers.forEach(TypedCacheManager::stop);
	}

	@Test
	void neverServesWhatWasLoadedBeforeAChange() {
		Source source = new Source(3);
		AtomicIntegerArray changed = new AtomicIntegerArray(3);
		List<Node> nodes = List.of(new Node(cache("far", null), source, changed, 16),
				new Node(cache("far", null), source, changed, 16));
		work(nodes);
		assertThat(this.loads.get()).isBetween(100L, (long) STEPS);
	}

	@Test
	void neverServesItFromNearCachesEither() {
		Source source = new Source(64);
		List<Node> nodes = List.of(near(source), near(source));
		work(nodes);
		for (Node node : nodes) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> IntStream.range(0, 64)
					.allMatch((key) -> Objects.equals(node.read(key), source.values.get(key))));
			Awaitility.await().until(() -> node.read(0) != null && node.cache.statistics().count(Event.NEAR_HIT) > 0);
		}
	}

	private Node near(Source source) {
		return new Node(cache("near", NearSettings.ofDefaults()), source, new AtomicIntegerArray(64), 100);
	}

	private TypedCache cache(String name, @Nullable NearSettings near) {
		TypedCacheManager manager = Nodes.node(this.redis)
			.cache(name, CacheSettings.builder().lease(Duration.ofMillis(500)).near(near).build())
			.build();
		this.managers.add(manager);
		return manager.getCache(name)
			.as(ResolvableType.forClass(Integer.class))
			.tagged((value) -> Set.of("all", "parity-" + ((value != null) ? (Integer) value % 2 : 0)));
	}

	private static void work(List<Node> nodes) {
		CompletableFuture<?>[] workers = IntStream.range(0, WORKERS)
			.mapToObj(
					(i) -> CompletableFuture.runAsync(() -> work(nodes.get(i % 2)), (task) -> new Thread(task).start()))
			.toArray(CompletableFuture[]::new);
		CompletableFuture.allOf(workers).join();
	}

	private static void work(Node node) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		for (int i = 0; i < STEPS / WORKERS; i++) {
			int key = random.nextInt(node.changed.length());
			if (random.nextInt(node.readsAChange) == 0) {
				node.change(key, random.nextInt(8));
			}
			else {
				int least = node.changed.get(key);
				assertThat(node.read(key)).isBetween(least, node.source.values.get(key));
			}
		}
	}

	/** Knows what is true. */
	private static final class Source {

		private final AtomicIntegerArray values;

		private final Object[] transactions;

		Source(int keys) {
			this.values = new AtomicIntegerArray(keys);
			this.transactions = IntStream.range(0, keys).mapToObj((i) -> new Object()).toArray();
		}

	}

	/** A node, and what was changed in a way that it must know of. */
	private final class Node {

		private final TypedCache cache;

		private final Source source;

		private final AtomicIntegerArray changed;

		private final int readsAChange;

		Node(TypedCache cache, Source source, AtomicIntegerArray changed, int readsAChange) {
			this.cache = cache;
			this.source = source;
			this.changed = changed;
			this.readsAChange = readsAChange;
		}

		@Nullable Integer read(int key) {
			return this.cache.get(key, () -> load(key));
		}

		private int load(int key) {
			OracleTests.this.loads.incrementAndGet();
			int value = this.source.values.get(key);
			if (value % 4 == 0) {
				Thread.yield();
			}
			return value;
		}

		void change(int key, int how) {
			synchronized (this.source.transactions[key]) {
				int value = this.source.values.incrementAndGet(key);
				switch (how) {
					case 0 -> this.cache.clear();
					case 1 -> this.cache.evictTags(Set.of("all"));
					case 2, 3 -> this.cache.put(key, value);
					case 4 -> this.cache.evictAll(List.of(key));
					default -> this.cache.evict(key);
				}
				this.changed.accumulateAndGet(key, value, Math::max);
			}
		}

	}

}
