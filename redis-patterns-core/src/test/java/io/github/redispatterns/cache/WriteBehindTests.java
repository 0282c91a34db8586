package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.cache.Cache;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** A cache that writes to its source later. */
@ExtendWith(RedisExtension.class)
class WriteBehindTests {

	private final Redis redis;

	private final List<TypedCacheManager> managers = new ArrayList<>();

	private final Source source;

	WriteBehindTests(Redis redis, TestInfo test) {
		this.redis = redis;
		this.source = new Source(test.getTestMethod().orElseThrow().getName());
	}

	@AfterEach
	void close() {
		this.source.broken.clear();
		this.source.down = false;
		this.managers.forEach(TypedCacheManager::stop);
	}

	@Test
	void writesLaterAndOnlyTheLastOfAKey() {
		TypedCache cache = node(settings(Duration.ofMillis(500)));
		for (int i = 0; i < 1_000; i++) {
			cache.put(i % 100, "v" + i);
			assertThat(cache.get(i % 100, String.class)).isEqualTo("v" + i);
		}
		Awaitility.await().until(() -> waiting(cache) == 0);
		IntStream.range(0, 100).forEach((i) -> assertThat(this.source.values).containsEntry(i, "v" + (900 + i)));
		assertThat(this.source.order).hasSizeLessThan(500);
	}

	@Test
	void writesAKeyInTheOrderOfItsPuts() {
		TypedCache one = node(settings(Duration.ofMillis(10)));
		TypedCache two = node(settings(Duration.ofMillis(10)));
		for (int i = 0; i < 300; i++) {
			((i % 2 == 0) ? one : two).put(7, "%05d".formatted(i));
		}
		Awaitility.await().until(() -> "00299".equals(this.source.values.get(7)));
		assertThat(this.source.order).isSorted().hasSizeLessThan(300);
	}

	@Test
	void readsWhatWaitsEvenIfTheCacheHasForgottenIt() {
		this.source.down = true;
		TypedCache cache = node(settings(Duration.ofMillis(10)));
		cache.put(1, "waits");
		cache.clear();
		assertThat(cache.get(1, () -> "old in the source")).isEqualTo("waits");
		cache.delete(1);
		assertThat(cache.<String>get(1, () -> "old in the source")).isNull();
	}

	@Test
	void givesThoseWhoWaitForALoadWhatIsPutMeanwhile() {
		TypedCache one = node(settings(Duration.ofMillis(10)));
		TypedCache two = node(settings(Duration.ofMillis(10)));
		CountDownLatch go = new CountDownLatch(1);
		Executor threads = (task) -> new Thread(task).start();
		CompletableFuture<String> loading = CompletableFuture.supplyAsync(() -> one.get(1, () -> {
			go.await();
			return "loaded";
		}), threads);
		Awaitility.await().until(() -> one.statistics().count(Event.MISS) == 1);
		CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> two.get(1, () -> "own load"), threads);
		Awaitility.await().until(() -> two.statistics().count(Event.LEASE_WAIT) > 0);
		one.put(1, "put");
		assertThat(waiting).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("put");
		go.countDown();
		assertThat(loading).succeedsWithin(Duration.ofSeconds(10));
		assertThat(one.get(1, String.class)).isEqualTo("put");
		assertThat(two.get(1, String.class)).isEqualTo("put");
	}

	@Test
	void writesWhatWasAbsentAndDoesNotWait() {
		this.source.down = true;
		TypedCache cache = node(settings(Duration.ofMillis(10)));
		cache.put(1, "waits");
		cache.clear();
		assertThat(cache.putIfAbsent(1, "late")).extracting(Cache.ValueWrapper::get).isEqualTo("waits");
		for (int i = 2; i < 100; i++) {
			assertThat(cache.putIfAbsent(i, "absent")).isNull();
			assertThat(cache.get(i, String.class)).isEqualTo("absent");
		}
		this.source.down = false;
		Awaitility.await().until(() -> waiting(cache) == 0);
		assertThat(this.source.values).containsEntry(1, "waits").containsEntry(99, "absent");
	}

	@Test
	void waitsForASourceThatIsDownAndGivesNothingUp() {
		this.source.down = true;
		TypedCache cache = node(settings(Duration.ofMillis(10)));
		IntStream.range(0, 200).forEach((i) -> cache.put(i, "v" + i));
		Awaitility.await().until(() -> this.source.attempts.size() > 20);
		assertThat(cache.writeBehind().orElseThrow().dead()).isZero();
		assertThat(cache.writeBehind().orElseThrow().waiting()).isEqualTo(200);
		this.source.down = false;
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> waiting(cache) == 0);
		assertThat(this.source.values).hasSize(200);
	}

	@Test
	void parksWhatNeverSucceedsAndGoesOnWithTheRest() {
		this.source.broken.add(13);
		TypedCache cache = node(settings(Duration.ofMillis(10)));
		cache.put(13, "poison");
		Awaitility.await().until(() -> {
			cache.put(14, "fine");
			return cache.writeBehind().orElseThrow().dead() == 1;
		});
		Awaitility.await().until(() -> waiting(cache) == 0);
		assertThat(this.source.values).containsEntry(14, "fine").doesNotContainKey(13);
		assertThat(cache.writeBehind().orElseThrow().lastFailure()).contains("13 is broken");
		String dead = this.redis.keys().child("cache-dead-writes").key(this.source.cache);
		assertThat(this.redis.commands().pttl(dead)).isPositive();
	}

	@Test
	void parksWhatEndsInAnErrorAndGoesOnWithTheRest() {
		this.source.errors.put(13, new NoClassDefFoundError("com/example/Moved"));
		TypedCache cache = node(settings(Duration.ofMillis(10)));
		cache.put(13, "poison");
		Awaitility.await().until(() -> {
			cache.put(14, "fine");
			cache.put(15, "fine, too");
			return cache.writeBehind().orElseThrow().dead() == 1;
		});
		Awaitility.await().until(() -> waiting(cache) == 0);
		assertThat(this.source.values).containsKeys(14, 15).doesNotContainKey(13);
		assertThat(cache.writeBehind().orElseThrow().lastFailure()).contains("com/example/Moved");
	}

	@Test
	void parksAKeyThatIsPutAgainAndAgain() {
		this.source.broken.add(13);
		TypedCache cache = node(settings(Duration.ofMillis(10)));
		Awaitility.await().until(() -> {
			IntStream.range(0, 100).forEach((i) -> cache.put(13, "poison" + i));
			cache.put(14, "fine");
			return cache.writeBehind().orElseThrow().dead() > 0;
		});
		Awaitility.await().until(() -> "fine".equals(this.source.values.get(14)));
	}

	@Test
	void keepsOneWriteOfAKeyWhileTheSourceIsDown() {
		this.source.down = true;
		WriteBehindSettings few = new WriteBehindSettings(Duration.ofMillis(10), 10, 5, Duration.ofMillis(100), 3,
				Duration.ofMillis(10), Duration.ofMillis(100));
		TypedCache cache = node(few);
		IntStream.range(0, 100).forEach((i) -> cache.put(i % 4, "v" + i));
		assertThat(cache.writeBehind().orElseThrow().waiting()).isEqualTo(4);
		this.source.down = false;
		Awaitility.await().until(() -> waiting(cache) == 0);
		assertThat(this.source.values).containsEntry(0, "v96").containsEntry(3, "v99");
	}

	@Test
	void letsPutsWaitAndThenFailWhereTooManyAreThere() {
		this.source.down = true;
		WriteBehindSettings few = new WriteBehindSettings(Duration.ofMillis(10), 10, 5, Duration.ofMillis(100), 3,
				Duration.ofMillis(10), Duration.ofMillis(100));
		TypedCache cache = node(few);
		IntStream.range(0, 5).forEach((i) -> cache.put(i, "v"));
		assertThatExceptionOfType(CacheWritesFullException.class).isThrownBy(() -> cache.put(5, "v"))
			.withMessageContaining("5 writes");
		this.source.down = false;
		Awaitility.await().until(() -> waiting(cache) == 0);
		cache.put(5, "v");
	}

	@Test
	void doesWhatWaitsBeforeItStops() {
		TypedCache cache = node(settings(Duration.ofMinutes(10)));
		IntStream.range(0, 300).forEach((i) -> cache.put(i, "v"));
		this.managers.get(0).stop();
		assertThat(this.source.values).hasSize(300);
	}

	@Test
	void goesOnWhereAnotherNodeStopped() {
		WriteBehindSettings slow = settings(Duration.ofMinutes(10));
		TypedCache first = node(slow);
		first.put(1, "one");
		TypedCache second = node(settings(Duration.ofMillis(10)));
		Awaitility.await().until(() -> waiting(second) == 0);
		assertThat(this.source.values).containsEntry(1, "one");
	}

	@Test
	void leavesNoKeyBehindWhenAllIsDone() {
		TypedCache cache = node(settings(Duration.ofMillis(10)));
		cache.put(1, "one");
		Awaitility.await().until(() -> waiting(cache) == 0);
		assertThat(this.redis.commands()
			.exists(this.redis.keys().child("cache-writes").key(this.source.cache),
					this.redis.keys().child("cache-pending").key(this.source.cache)))
			.isZero();
	}

	@Test
	void refusesToWriteLaterWithoutAWriter() {
		assertThatIllegalStateException()
			.isThrownBy(() -> Nodes.node(this.redis)
				.cache("none", CacheSettings.builder().writeBehind(WriteBehindSettings.ofDefaults()).build())
				.build())
			.withMessageContaining("no CacheWriter");
	}

	private static long waiting(TypedCache cache) {
		return cache.writeBehind().orElseThrow().waiting();
	}

	private TypedCache node(WriteBehindSettings later) {
		TypedCacheManager manager = Nodes.node(this.redis)
			.writer(this.source)
			.cache(this.source.cache, CacheSettings.builder().writeBehind(later).build())
			.build();
		manager.start();
		this.managers.add(manager);
		return manager.getCache(this.source.cache).as(ResolvableType.forClass(String.class));
	}

	private static WriteBehindSettings settings(Duration interval) {
		return new WriteBehindSettings(interval, 100, 10_000, Duration.ofSeconds(5), 3, Duration.ofMillis(10),
				Duration.ofMillis(200));
	}

	static final class Source implements CacheWriter<Integer, String> {

		private final String cache;

		private final Map<Integer, String> values = new ConcurrentHashMap<>();

		private final List<String> order = new CopyOnWriteArrayList<>();

		private final List<Integer> attempts = new CopyOnWriteArrayList<>();

		private final Set<Integer> broken = ConcurrentHashMap.newKeySet();

		private final Map<Integer, Error> errors = new ConcurrentHashMap<>();

		private volatile boolean down;

		Source(String cache) {
			this.cache = cache;
		}

		@Override
		public String cacheName() {
			return this.cache;
		}

		@Override
		public void write(Integer key, String value) {
			this.attempts.add(key);
			if (this.down || this.broken.contains(key)) {
				throw new IllegalStateException(key + " is broken");
			}
			Error error = this.errors.get(key);
			if (error != null) {
				throw error;
			}
			this.values.put(key, value);
			this.order.add(value);
		}

		@Override
		public void delete(Integer key) {
			if (this.down) {
				throw new IllegalStateException("down");
			}
			this.values.remove(key);
		}

	}

}
