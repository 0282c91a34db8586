package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.cache.Cache;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes, each with a connection of its own, that read, put and invalidate at random,
 * against a source that counts up a number for each key; an eighth of what they load is
 * not stored. Whoever reads after a change has returned must see at least its number:
 * with near caches on the node of the change, without them on both; and all of them the
 * last one when nothing changes any more and the near caches have heard of all that did.
 * More steps by {@code -Dredis-patterns.cache.oracle-steps=1000000}.
 */
@ExtendWith(RedisExtension.class)
class OracleTests {

	private static final int STEPS = Integer.getInteger("redis-patterns.cache.oracle-steps", 20_000);

	private static final int WORKERS = 8;

	private static final Duration SOON = Duration.ofSeconds(30);

	private final Redis redis;

	private final List<Nodes.Connection> connections = new ArrayList<>();

	private final List<TypedCacheManager> managers = new ArrayList<>();

	private final AtomicLong loads = new AtomicLong();

	OracleTests(Redis redis) {
		this.redis = redis;
	}

	@AfterEach
	void close() {
		this.managers.forEach(TypedCacheManager::stop);
		this.connections.forEach(Nodes.Connection::close);
	}

	@ParameterizedTest
	@EnumSource
	void neverServesWhatWasLoadedBeforeAChange(Life life) {
		Source source = new Source(4);
		AtomicIntegerArray changed = new AtomicIntegerArray(4);
		List<Node> nodes = List.of(new Node("far", life, null, source, changed, 16),
				new Node("far", life, null, source, changed, 16));
		work(nodes);
		assertThat(this.loads.get()).isBetween(100L, 2L * STEPS);
		nodes.forEach(Node::assertAllIsNew);
	}

	@ParameterizedTest
	@EnumSource
	void neverServesItFromNearCachesEither(Life life) {
		Source source = new Source(512);
		List<Node> nodes = List.of(near(life, source), near(life, source));
		nodes.forEach(Node::warm);
		work(nodes);
		nodes.get(0).hearsAllOf(nodes.get(1));
		nodes.get(1).hearsAllOf(nodes.get(0));
		nodes.forEach(Node::assertAllIsNew);
		assertThat(nodes)
			.allSatisfy((node) -> assertThat(node.cache.statistics().count(Event.NEAR_HIT)).isGreaterThan(STEPS / 100));
	}

	private Node near(Life life, Source source) {
		return new Node("near", life, NearSettings.ofDefaults(), source, new AtomicIntegerArray(512), 200);
	}

	private static void work(List<Node> nodes) {
		CompletableFuture<?>[] workers = IntStream.range(0, WORKERS)
			.mapToObj((i) -> CompletableFuture.runAsync(() -> nodes.get(i % 2).work(),
					(task) -> new Thread(task).start()))
			.toArray(CompletableFuture[]::new);
		CompletableFuture.allOf(workers).join();
	}

	/** How long entries are served, which makes no difference to what may be seen. */
	enum Life {

		PLAIN, SLIDING, STALE;

		CacheSettings.Builder settings() {
			CacheSettings.Builder settings = CacheSettings.builder().lease(Duration.ofMillis(500));
			return switch (this) {
				case PLAIN -> settings;
				case SLIDING -> settings.timeToLive(Duration.ofSeconds(1)).timeToIdle(Duration.ofMillis(400));
				case STALE -> settings.timeToLive(Duration.ofMillis(50))
					.staleWhileRevalidate(Duration.ofMillis(20))
					.staleIfError(Duration.ofMinutes(1))
					.errorPause(Duration.ofMillis(10));
			};
		}

	}

	/** Knows what is true. */
	private static final class Source {

		private final AtomicIntegerArray values;

		private final Object[] transactions;

		private volatile boolean healed;

		Source(int keys) {
			this.values = new AtomicIntegerArray(keys);
			this.transactions = IntStream.range(0, keys).mapToObj((i) -> new Object()).toArray();
		}

		int size() {
			return this.transactions.length;
		}

	}

	/** A node, and what was changed in a way that it must know of. */
	private final class Node {

		private final TypedCache cache;

		private final TypedCache marks;

		private final Life life;

		private final Source source;

		private final AtomicIntegerArray changed;

		private final int readsAChange;

		Node(String name, Life life, @Nullable NearSettings near, Source source, AtomicIntegerArray changed,
				int readsAChange) {
			this.life = life;
			this.source = source;
			this.changed = changed;
			this.readsAChange = readsAChange;
			Nodes.Connection connection = Nodes.Connection.open();
			OracleTests.this.connections.add(connection);
			String unique = name + "-" + life;
			TypedCacheManager manager = Nodes.node(connection.gateway(), OracleTests.this.redis)
				.cache(unique, life.settings().near(near).build())
				.cache("marks", CacheSettings.builder().near(NearSettings.ofDefaults()).build())
				.build();
			OracleTests.this.managers.add(manager);
			this.cache = manager.getCache(unique)
				.as(ResolvableType.forClass(Integer.class))
				.tagged((value) -> Set.of("all", tagOf(Objects.requireNonNull(value))))
				.unless((value) -> !source.healed && ThreadLocalRandom.current().nextInt(8) == 0);
			this.marks = manager.getCache("marks").as(ResolvableType.forClass(String.class));
			this.cache.clear();
		}

		private static String tagOf(Object value) {
			return "parity-" + (Integer) value % 2;
		}

		void warm() {
			Awaitility.await().atMost(SOON).until(() -> {
				IntStream.range(0, this.source.size()).forEach((key) -> read(key, 1));
				return this.cache.nearSize() > this.source.size() / 2;
			});
		}

		void work() {
			ThreadLocalRandom random = ThreadLocalRandom.current();
			for (int i = 0; i < STEPS / WORKERS; i++) {
				int key = random.nextInt(this.source.size());
				if (random.nextInt(this.readsAChange) == 0) {
					change(key, random.nextInt(100));
				}
				else {
					read(key, random.nextInt(8));
				}
			}
		}

		private void read(int key, int how) {
			// In pairs, and in the order in which transactions are begun.
			List<Integer> keys = (how == 0) ? pairOf(key) : List.of(key);
			Map<Integer, Integer> least = keys.stream().collect(Collectors.toMap((k) -> k, this.changed::get));
			try {
				Map<Integer, Integer> found = (how == 0) ? this.cache.getAll(keys, this::loadAll)
						: Map.of(key, read(key));
				least.forEach((k, number) -> assertThat(found.get(k)).as("%s %d", this.life, k)
					.isBetween(number, this.source.values.get(k)));
			}
			catch (SourceException ex) {
				// There was nothing stale to serve.
			}
		}

		private int read(int key) {
			try {
				return Objects.requireNonNull(this.cache.get(key, () -> load(key)));
			}
			catch (Cache.ValueRetrievalException ex) {
				throw (ex.getCause() instanceof SourceException failure) ? failure : ex;
			}
		}

		private int load(int key) {
			OracleTests.this.loads.incrementAndGet();
			int value = this.source.values.get(key);
			if (this.life == Life.STALE && !this.source.healed && ThreadLocalRandom.current().nextInt(8) == 0) {
				throw new SourceException();
			}
			if (value % 4 == 0) {
				Thread.yield();
			}
			return value;
		}

		private Map<Integer, Integer> loadAll(List<Integer> keys) {
			return keys.stream().collect(Collectors.toMap((key) -> key, this::load));
		}

		private List<Integer> pairOf(int key) {
			int even = key - key % 2;
			return List.of(even, even + 1);
		}

		private void change(int key, int how) {
			if (how >= 85) {
				List<Integer> pair = pairOf(key);
				synchronized (this.source.transactions[pair.get(0)]) {
					synchronized (this.source.transactions[pair.get(1)]) {
						changeAll(pair, how >= 92);
					}
				}
				return;
			}
			synchronized (this.source.transactions[key]) {
				if (how >= 75) {
					putIfAbsent(key);
					return;
				}
				int value = this.source.values.incrementAndGet(key);
				if (how < 1) {
					this.cache.clear();
				}
				else if (how < 12) {
					this.cache.evictTags(Set.of("all"));
				}
				else if (how < 20) {
					this.cache.evictTags(Set.of(tagOf(value - 1)));
				}
				else if (how < 45) {
					this.cache.put(key, value);
				}
				else {
					this.cache.evict(key);
				}
				this.changed.accumulateAndGet(key, value, Math::max);
			}
		}

		private void changeAll(List<Integer> keys, boolean put) {
			Map<Integer, Integer> values = new TreeMap<>();
			keys.forEach((key) -> values.put(key, this.source.values.incrementAndGet(key)));
			if (put) {
				this.cache.putAll(values);
			}
			else {
				this.cache.evictAll(keys);
			}
			values.forEach((key, value) -> this.changed.accumulateAndGet(key, value, Math::max));
		}

		// Changes nothing: what is put is what the source has.
		private void putIfAbsent(int key) {
			int value = this.source.values.get(key);
			Cache.ValueWrapper present = this.cache.putIfAbsent(key, value);
			if (present != null) {
				assertThat((Integer) present.get()).as("%s %d", this.life, key).isBetween(this.changed.get(key), value);
			}
		}

		// The log is one for all caches, and is read in order.
		void hearsAllOf(Node other) {
			Awaitility.await().atMost(SOON).until(() -> {
				this.marks.get("mark", () -> "there");
				return isMarked();
			});
			other.marks.evict("mark");
			Awaitility.await().atMost(SOON).until(() -> !isMarked());
		}

		private boolean isMarked() {
			return this.marks.nearSize() > 0;
		}

		void assertAllIsNew() {
			this.source.healed = true;
			for (int key = 0; key < this.source.size(); key++) {
				assertThat(read(key)).as("%s %d", this.life, key).isEqualTo(this.source.values.get(key));
			}
		}

	}

	private static final class SourceException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

}
