package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Several caches before one method. */
@ExtendWith(RedisExtension.class)
class CacheGroupTests {

	private static final Duration SHORT = Duration.ofMillis(200);

	private static final Duration ONE_MINUTE = Duration.ofMinutes(1);

	private final Redis redis;

	private final AtomicInteger loads = new AtomicInteger();

	private final CountDownLatch go = new CountDownLatch(1);

	private TypedCache first;

	private TypedCache second;

	private CacheGroup group;

	CacheGroupTests(Redis redis) {
		this.redis = redis;
		group("plain", settings(), settings());
	}

	@AfterEach
	void letGo() {
		this.go.countDown();
	}

	private static CacheSettings.Builder settings() {
		return CacheSettings.builder().jitter(0);
	}

	private void group(String name, CacheSettings.Builder first, CacheSettings.Builder second) {
		this.first = Nodes.strings(this.redis, name + "-1", first);
		this.second = Nodes.strings(this.redis, name + "-2", second);
		this.group = new CacheGroup(List.of(this.first, this.second));
	}

	private String load(String value) {
		this.loads.incrementAndGet();
		return value;
	}

	private static void awaitStale(TypedCache cache) {
		Awaitility.await().until(() -> {
			Duration fresh = cache.explain("k").fresh();
			return fresh != null && fresh.isNegative();
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void keepsNothingThatWasLoadedBeforeAnEviction(boolean inOrder) {
		CompletableFuture<String> source = new CompletableFuture<>();
		String key = "evicted " + inOrder;
		CompletableFuture<String> early = this.group.retrieve(key, () -> {
			this.loads.incrementAndGet();
			return source;
		});
		Awaitility.await().until(() -> this.loads.get() == 1);
		List<TypedCache> caches = inOrder ? List.of(this.first, this.second) : List.of(this.second, this.first);
		caches.forEach((cache) -> cache.evict(key));
		source.complete("old");
		assertThat(early.join()).isEqualTo("old");
		assertThat(caches).allSatisfy((cache) -> assertThat(cache.get(key)).isNull());
	}

	@Test
	void keepsNothingInTheOneThatWasEvicted() {
		assertThat(this.group.<String>get("k", () -> {
			this.second.evict("k");
			return load("old");
		})).isEqualTo("old");
		assertThat(this.first.get("k", String.class)).isEqualTo("old");
		assertThat(this.second.get("k")).isNull();
	}

	@Test
	void fillsBothWithWhatWasLoadedInTheBackground() {
		CacheSettings.Builder settings = settings().timeToLive(SHORT).staleWhileRevalidate(ONE_MINUTE);
		group("background", settings, settings);
		this.group.get("k", () -> load("old"));
		awaitStale(this.second);
		Awaitility.await().until(() -> "new".equals(this.group.get("k", () -> load("new"))));
		assertThat(this.loads).hasValueBetween(2, 3);
		assertThat(this.first.get("k", String.class)).isEqualTo("new");
		assertThat(this.second.get("k", String.class)).isEqualTo("new");
	}

	@Test
	void servesWhatIsStaleInTheFirstWhileTheMethodFails() {
		group("down", settings().timeToLive(SHORT).staleIfError(ONE_MINUTE), settings().timeToLive(SHORT));
		this.group.get("k", () -> load("good"));
		awaitStale(this.first);
		Awaitility.await().until(() -> this.second.get("k") == null);
		IntStream.range(0, 3).forEach((i) -> assertThat(this.group.<String>get("k", () -> {
			throw new IllegalStateException("down");
		})).isEqualTo("good"));
		assertThat(this.first.statistics().count(Event.LOAD_FAILURE)).isEqualTo(1);
	}

	@Test
	void loadsTheFirstEarly() {
		group("early", settings().timeToLive(Duration.ofSeconds(3)).refreshAhead(0.1), settings());
		Awaitility.await().until(() -> {
			this.group.get("k", () -> load("v" + this.loads.get()));
			return this.first.statistics().count(Event.EARLY_REFRESH) > 0;
		});
	}

	@Test
	void doesNotWaitForItselfWhereALoadNeedsAnother() {
		CacheSettings.Builder settings = settings().hardTimeout(Duration.ofSeconds(20));
		group("nested", settings, settings);
		CountDownLatch all = new CountDownLatch(64);
		List<CompletableFuture<String>> callers = IntStream.range(0, 64)
			.mapToObj((i) -> Nodes.started(() -> this.group.<String>get(i, () -> {
				all.countDown();
				all.await();
				return this.group.get("inner of " + i, () -> "inner");
			})))
			.toList();
		assertThat(callers)
			.allSatisfy((caller) -> assertThat(caller).succeedsWithin(Duration.ofSeconds(15)).isEqualTo("inner"));
	}

	@Test
	void endsWhereMethodsNameTheCachesInDifferentOrders() {
		CacheSettings.Builder settings = settings().softTimeout(Duration.ofMillis(100));
		group("orders", settings, settings);
		CacheGroup back = new CacheGroup(List.of(this.second, this.first));
		List<CompletableFuture<String>> callers = new ArrayList<>();
		for (CacheGroup one : List.of(this.group, back)) {
			IntStream.range(0, 100).forEach((i) -> callers.add(Nodes.started(() -> one.get(i, () -> {
				this.loads.incrementAndGet();
				this.go.await();
				return "value";
			}))));
		}
		Awaitility.await().until(() -> this.loads.get() >= 128);
		this.go.countDown();
		assertThat(callers).allSatisfy((caller) -> assertThat(caller).succeedsWithin(Duration.ofSeconds(15)));
	}

	@Test
	void doesNotWaitForItselfWhereACacheComesTwice() {
		CacheGroup twice = new CacheGroup(List.of(this.first, this.first));
		assertThat(twice.retrieve("twice", () -> CompletableFuture.completedFuture("v")))
			.succeedsWithin(Duration.ofSeconds(5))
			.isEqualTo("v");
		assertThat(this.first.get("twice", String.class)).isEqualTo("v");
	}

	@Test
	void keepsNullInBoth() {
		ResolvableType type = ResolvableType.forClass(Integer.class);
		List<TypedCache> caches = List.of(this.first.as(type), this.second.as(type));
		assertThat(new CacheGroup(caches).<Integer>get("null", () -> null)).isNull();
		assertThat(caches).allSatisfy((cache) -> assertThat(cache.get("null")).isNotNull());
	}

	@Test
	void servesNearHitsOnThreadsOfTheDriver() {
		group("near", settings().near(NearSettings.ofDefaults()), settings());
		Awaitility.await().until(() -> {
			this.group.get("k", () -> "near");
			return this.first.statistics().count(Event.NEAR_HIT) > 0;
		});
		assertThat(this.redis.gateway()
			.command((commands) -> commands.clientPause(50).thenCompose((paused) -> commands.time()))
			.thenApply((time) -> Thread.currentThread().getName() + this.group.get("k", () -> "?")))
			.succeedsWithin(Duration.ofSeconds(10))
			.asString()
			.startsWith("lettuce-")
			.endsWith("near");
	}

}
