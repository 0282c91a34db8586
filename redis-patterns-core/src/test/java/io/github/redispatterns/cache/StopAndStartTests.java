package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Caches whose manager is stopped and started again. */
@ExtendWith(RedisExtension.class)
class StopAndStartTests {

	private final Redis redis;

	private final CountDownLatch go = new CountDownLatch(1);

	private final List<TypedCacheManager> managers = new ArrayList<>();

	StopAndStartTests(Redis redis) {
		this.redis = redis;
	}

	@AfterEach
	void close() {
		this.go.countDown();
		this.managers.forEach(TypedCacheManager::stop);
	}

	@Test
	void isToldOfTheEndOfLeasesAgain() throws Exception {
		TypedCacheManager loading = started(Nodes.node(this.redis));
		TypedCacheManager waiting = started(Nodes.node(this.redis));
		waitFor("before", loading, waiting);
		assertThat(listeners()).isEqualTo(1);
		waiting.stop();
		Awaitility.await().until(() -> listeners() == 0);
		waiting.start();
		waitFor("after", loading, waiting);
	}

	private void waitFor(String key, TypedCacheManager loading, TypedCacheManager waiting) throws Exception {
		CountDownLatch loads = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		CompletableFuture<String> load = CompletableFuture.supplyAsync(() -> strings(loading, "waits").get(key, () -> {
			loads.countDown();
			end.await();
			return "loaded";
		}));
		loads.await();
		CompletableFuture<String> wait = CompletableFuture
			.supplyAsync(() -> strings(waiting, "waits").get(key, () -> "own"));
		try {
			Awaitility.await().until(() -> listeners() > 0);
		}
		finally {
			end.countDown();
		}
		assertThat(load).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("loaded");
		assertThat(wait).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("loaded");
	}

	private int listeners() {
		return this.redis.commands().pubsubChannels(this.redis.keys().channel("cache-node") + ":*").size();
	}

	@Test
	void looksForWritesOnceAnInterval() {
		Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
		TypedCacheManager manager = started(
				writing("chains", new Source("chains", new CountDownLatch(0))).background(tasks::add));
		Awaitility.await().until(() -> !tasks.isEmpty());
		Runnable old = tasks.remove();
		stop(manager, tasks);
		manager.start();
		old.run();
		for (int i = 0; i < 20; i++) {
			Awaitility.await().until(() -> !tasks.isEmpty());
			assertThat(tasks).hasSize(1);
			tasks.remove().run();
		}
		Awaitility.await().until(() -> !tasks.isEmpty());
		tasks.clear();
		stop(manager, tasks);
		this.managers.clear();
	}

	private static void stop(TypedCacheManager manager, Queue<Runnable> tasks) {
		CompletableFuture<Void> stop = CompletableFuture.runAsync(manager::stop);
		Awaitility.await().until(() -> {
			Runnable last = tasks.poll();
			if (last != null) {
				last.run();
			}
			return stop.isDone();
		});
	}

	@Test
	void closesItsConnectionsWhateverBecomesOfItsWrites() {
		Source broken = new Source("broken", new CountDownLatch(0));
		TypedCacheManager manager = started(writing("broken", broken).cache("near",
				CacheSettings.builder().near(NearSettings.ofDefaults()).build()));
		broken.error = new NoClassDefFoundError("com/example/Moved");
		strings(manager, "broken").put(1, "one");
		manager.getCache("near");
		manager.stop();
		assertThat(manager.nearCacheLag()).isZero();
		broken.error = null;
		manager.start();
		Awaitility.await().until(() -> broken.written.contains("one"));
	}

	@Test
	void doesNotWaitForAWriterThatHangsAndLetsAnotherNodeGoOn() {
		Source hanging = new Source("hangs", this.go);
		TypedCacheManager manager = started(writing("hangs", hanging).cache("near",
				CacheSettings.builder().near(NearSettings.ofDefaults()).build()));
		strings(manager, "hangs").put(1, "one");
		Awaitility.await().until(() -> hanging.called.getCount() == 0);
		assertThat(CompletableFuture.runAsync(manager::stop)).succeedsWithin(Duration.ofSeconds(60));
		assertThat(manager.nearCacheLag()).isZero();
		Source next = new Source("hangs", new CountDownLatch(0));
		started(writing("hangs", next));
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> next.written.contains("one"));
	}

	private TypedCacheManager started(TypedCacheManager.Builder builder) {
		TypedCacheManager manager = builder.build();
		manager.start();
		this.managers.add(manager);
		return manager;
	}

	private TypedCacheManager.Builder writing(String name, Source source) {
		WriteBehindSettings later = new WriteBehindSettings(Duration.ofMillis(10), 100, 10_000, Duration.ofSeconds(5),
				3, Duration.ofMillis(10), Duration.ofMillis(100));
		return Nodes.node(this.redis).writer(source).cache(name, CacheSettings.builder().writeBehind(later).build());
	}

	private static TypedCache strings(TypedCacheManager manager, String name) {
		return manager.getCache(name).as(ResolvableType.forClass(String.class));
	}

	static final class Source implements CacheWriter<Integer, String> {

		private final String cache;

		private final CountDownLatch go;

		private final CountDownLatch called = new CountDownLatch(1);

		private final Queue<String> written = new ConcurrentLinkedQueue<>();

		private volatile @Nullable Error error;

		Source(String cache, CountDownLatch go) {
			this.cache = cache;
			this.go = go;
		}

		@Override
		public String cacheName() {
			return this.cache;
		}

		@Override
		public void write(Integer key, String value) throws InterruptedException {
			this.called.countDown();
			this.go.await();
			Error thrown = this.error;
			if (thrown != null) {
				throw thrown;
			}
			this.written.add(value);
		}

		@Override
		public void delete(Integer key) {
			throw new UnsupportedOperationException();
		}

	}

}
