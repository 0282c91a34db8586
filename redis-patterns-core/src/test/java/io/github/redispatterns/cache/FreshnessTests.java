package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cache.Cache;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** How long entries are served, and what is served after that. */
@ExtendWith(RedisExtension.class)
class FreshnessTests {

	private static final Duration SHORT = Duration.ofMillis(200);

	private final Redis redis;

	private final AtomicInteger loads = new AtomicInteger();

	FreshnessTests(Redis redis) {
		this.redis = redis;
	}

	@Test
	void servesStaleWhileItLoadsAgain() {
		TypedCache cache = cache("swr", settings(SHORT).staleWhileRevalidate(Duration.ofMinutes(1)));
		assertThat(cache.get("k", this::next)).isEqualTo("v1");
		Awaitility.await().until(() -> "v2".equals(cache.get("k", this::next)));
		assertThat(cache.statistics().count(Event.STALE_HIT)).isPositive();
		assertThat(cache.statistics().count(Event.MISS)).isEqualTo(cache.statistics().count(Event.LOAD));
	}

	@Test
	void servesStaleToOtherNodesWhileOneLoads() throws Exception {
		CacheSettings.Builder settings = settings(SHORT).staleWhileRevalidate(Duration.ofMinutes(1));
		TypedCache slow = cache("swr-nodes", settings);
		TypedCache other = cache("swr-nodes", settings);
		CountDownLatch go = new CountDownLatch(1);
		slow.get("k", this::next);
		Awaitility.await().until(() -> {
			slow.get("k", () -> {
				go.await();
				return next();
			});
			return slow.statistics().count(Event.STALE_HIT) > 0;
		});
		assertThat(other.get("k", () -> "own load")).isEqualTo("v1");
		go.countDown();
		Awaitility.await().until(() -> "v2".equals(other.get("k", () -> "own load")));
	}

	@Test
	void servesStaleWhenTheLoadFailsAndPauses() {
		TypedCache cache = cache("fail-safe", settings(SHORT).staleIfError(Duration.ofMinutes(1)));
		cache.get("k", this::next);
		Awaitility.await().until(() -> {
			assertThat(cache.get("k", this::fail)).isEqualTo("v1");
			return cache.statistics().count(Event.FAIL_SAFE) == 1;
		});
		IntStream.range(0, 100).forEach((i) -> assertThat(cache.get("k", this::fail)).isEqualTo("v1"));
		assertThat(cache.statistics().count(Event.LOAD_FAILURE)).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 60 })
	void asksASourceThatIsDownOnceAPauseForAllNodes(long staleSeconds) throws Exception {
		Duration pause = Duration.ofMillis(300);
		CacheSettings.Builder settings = settings(SHORT).staleWhileRevalidate(Duration.ofSeconds(staleSeconds))
			.staleIfError(Duration.ofMinutes(1))
			.errorPause(pause);
		List<String> keys = List.of("a", "b", "c", "d");
		Map<String, Queue<Long>> calls = new ConcurrentHashMap<>();
		try (Nodes.Connection one = Nodes.Connection.open(); Nodes.Connection two = Nodes.Connection.open()) {
			List<TypedCache> nodes = Stream.of(this.redis.gateway(), one.gateway(), two.gateway())
				.map((gateway) -> cache(gateway, "down" + staleSeconds, settings))
				.toList();
			keys.forEach((key) -> nodes.get(0).put(key, "warm"));
			AtomicInteger next = new AtomicInteger();
			Nodes.crowd(6, () -> {
				TypedCache node = nodes.get(next.getAndIncrement() % 3);
				while (!keys.stream().allMatch((key) -> calls.containsKey(key) && calls.get(key).size() > 5)) {
					for (String key : keys) {
						assertThat(node.get(key, () -> failAgain(calls, key))).isEqualTo("warm");
					}
				}
				return true;
			});
		}
		// Half a pause in all, because nodes know the server's time only so well.
		assertThat(calls).hasSize(4).allSatisfy((key, times) -> {
			List<Long> all = List.copyOf(times);
			Duration time = Duration.ofNanos(all.get(all.size() - 1) - all.get(0));
			assertThat(time).as("%d calls of %s", all.size(), key)
				.isGreaterThan(pause.multipliedBy(all.size() - 1).minus(pause.dividedBy(2)));
		});
	}

	private String failAgain(Map<String, Queue<Long>> calls, String key) {
		calls.computeIfAbsent(key, (none) -> new ConcurrentLinkedQueue<>()).add(System.nanoTime());
		return fail();
	}

	@Test
	void loadsAgainAfterThePause() {
		TypedCache cache = cache("fail-safe-pause",
				settings(SHORT).staleIfError(Duration.ofMinutes(1)).errorPause(SHORT));
		cache.get("k", this::next);
		Awaitility.await()
			.until(() -> cache.get("k", this::fail) != null && cache.statistics().count(Event.FAIL_SAFE) > 0);
		Awaitility.await().until(() -> "v2".equals(cache.get("k", this::next)));
	}

	@Test
	void tellsThatWhatItServesInThePauseIsStale() {
		TypedCache cache = cache("told", settings(SHORT).staleIfError(Duration.ofMinutes(1)));
		cache.get("k", this::next);
		Awaitility.await()
			.until(() -> cache.get("k", this::fail) != null && cache.statistics().count(Event.FAIL_SAFE) > 0);
		long stale = cache.statistics().count(Event.STALE_HIT);
		long hits = cache.statistics().count(Event.HIT);
		assertThat(cache.get("k", this::fail)).isEqualTo("v1");
		assertThat(cache.statistics().count(Event.STALE_HIT)).isEqualTo(stale + 1);
		assertThat(cache.statistics().count(Event.HIT)).isEqualTo(hits);
		EntryExplanation explanation = cache.explain("k");
		assertThat(explanation.verdict()).startsWith("stale").contains("its load failed");
		assertThat(explanation.fresh()).isNegative();
		assertThat(explanation.loading()).isFalse();
	}

	@Test
	void servesStaleForNoLongerHoweverOftenTheLoadFails() {
		TypedCache cache = cache("fail-end",
				settings(SHORT).staleIfError(Duration.ofMillis(500)).errorPause(Duration.ofMillis(100)));
		cache.get("k", this::next);
		Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThatExceptionOfType(Cache.ValueRetrievalException.class)
				.isThrownBy(() -> cache.get("k", this::fail)));
		assertThat(cache.statistics().count(Event.FAIL_SAFE)).isPositive();
	}

	@Test
	void endsInTimeWhatCouldNotBeLoadedEarly() {
		TypedCache cache = cache("ahead-end",
				settings(Duration.ofSeconds(3)).refreshAhead(0.5).lease(Duration.ofSeconds(20)));
		cache.get("k", this::next);
		Awaitility.await().until(() -> {
			assertThat(cache.get("k", this::fail)).isEqualTo("v1");
			return cache.statistics().count(Event.FAIL_SAFE) > 0;
		});
		IntStream.range(0, 100).forEach((i) -> assertThat(cache.get("k", this::fail)).isEqualTo("v1"));
		assertThat(cache.statistics().count(Event.LOAD_FAILURE)).isEqualTo(1);
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> "v2".equals(cache.get("k", this::next)));
	}

	@Test
	void endsInTimeWhatIsBeingLoadedForEver() {
		CacheSettings.Builder settings = settings(Duration.ofSeconds(1)).refreshAhead(0.1)
			.maxWait(Duration.ofMillis(50));
		TypedCache hangs = cache("hangs", settings);
		TypedCache other = cache("hangs", settings);
		CountDownLatch go = new CountDownLatch(1);
		hangs.get("k", this::next);
		Awaitility.await().until(() -> {
			hangs.get("k", () -> go.await(20, TimeUnit.SECONDS) ? "late" : "never");
			return hangs.statistics().count(Event.EARLY_REFRESH) > 0;
		});
		try {
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> other.get("k", String.class) == null);
			assertThat(other.get("k", () -> "own")).isEqualTo("own");
		}
		finally {
			go.countDown();
		}
		Awaitility.await().until(() -> "late".equals(other.get("k", String.class)));
	}

	@Test
	void failsWithoutAStaleEntry() {
		TypedCache cache = cache("no-stale", settings(SHORT).staleIfError(Duration.ofMinutes(1)));
		assertThatExceptionOfType(Cache.ValueRetrievalException.class).isThrownBy(() -> cache.get("k", this::fail))
			.withCauseInstanceOf(IllegalStateException.class);
	}

	@Test
	void neverServesStaleWhatWasInvalidated() {
		TypedCache cache = cache("stale-evicted", settings(SHORT).staleWhileRevalidate(Duration.ofMinutes(1)));
		TypedCache tagged = cache.tagged((value) -> Set.of("t"));
		tagged.get("k", this::next);
		cache.evict("k");
		assertThat(tagged.get("k", this::next)).isEqualTo("v2");
		cache.evictTags(Set.of("t"));
		assertThat(tagged.get("k", this::next)).isEqualTo("v3");
		cache.clear();
		assertThat(tagged.get("k", this::next)).isEqualTo("v4");
	}

	@Test
	void doesNotWaitForASlowLoadWhileThereIsAStaleEntry() {
		TypedCache cache = cache("soft",
				settings(SHORT).staleIfError(Duration.ofMinutes(1)).softTimeout(Duration.ofMillis(50)));
		CountDownLatch go = new CountDownLatch(1);
		cache.get("k", this::next);
		Awaitility.await().until(() -> {
			assertThat(cache.get("k", () -> {
				go.await();
				return "late";
			})).isEqualTo("v1");
			return cache.statistics().count(Event.LOAD_TIMEOUT) > 0;
		});
		go.countDown();
		Awaitility.await().until(() -> "late".equals(cache.get("k", this::fail)));
	}

	@Test
	void doesNotWaitLongerThanTheHardTimeout() {
		TypedCache cache = cache("hard", settings(Duration.ofMinutes(1)).hardTimeout(Duration.ofMillis(50)));
		CountDownLatch go = new CountDownLatch(1);
		assertThatExceptionOfType(Cache.ValueRetrievalException.class).isThrownBy(() -> cache.get("k", () -> {
			go.await();
			return "late";
		})).withCauseInstanceOf(CacheLoadTimeoutException.class);
		go.countDown();
		Awaitility.await().until(() -> "late".equals(cache.get("k", String.class)));
	}

	@Test
	void loadsHotEntriesEarlyInTheBackground() {
		TypedCache cache = cache("ahead", settings(Duration.ofSeconds(2)).refreshAhead(0.1));
		cache.get("k", this::next);
		Awaitility.await().until(() -> "v2".equals(cache.get("k", this::next)));
		assertThat(cache.statistics().count(Event.EARLY_REFRESH)).isPositive();
		assertThat(cache.statistics().count(Event.STALE_HIT)).isZero();
	}

	@Test
	void loadsEarlierTheLongerALoadTakes() {
		TypedCache cache = cache("xfetch", settings(Duration.ofSeconds(5)).earlyRefresh(1));
		CountDownLatch never = new CountDownLatch(1);
		cache.get("slow", () -> never.await(900, TimeUnit.MILLISECONDS) ? "" : next());
		cache.get("quick", () -> "q");
		Awaitility.await().until(() -> {
			cache.get("quick", () -> "q2");
			return "v2".equals(cache.get("slow", this::next));
		});
		assertThat(cache.statistics().count(Event.EARLY_REFRESH)).isEqualTo(1);
	}

	@Test
	void keepsTheOldEntryWhenAnEarlyLoadFails() {
		TypedCache cache = cache("ahead-fails", settings(Duration.ofMinutes(1)).refreshAhead(0.0001));
		cache.get("k", this::next);
		Awaitility.await().until(() -> {
			assertThat(cache.get("k", this::fail)).isEqualTo("v1");
			return cache.statistics().count(Event.FAIL_SAFE) > 0;
		});
		assertThat(this.redis.commands().pttl(key("ahead-fails", "k"))).isGreaterThan(30_000);
	}

	@Test
	void hasATimeToLiveOfItsOwnForNull() {
		TypedCache cache = cache("null", settings(Duration.ofMinutes(5)).nullTimeToLive(Duration.ofSeconds(5)));
		assertThat(cache.<String>get("nothing", () -> null)).isNull();
		assertThat(cache.get("nothing", this::next)).isNull();
		cache.put("put", null);
		assertThat(this.redis.commands().pttl(key("null", "nothing"))).isBetween(1L, 5_000L);
		assertThat(this.redis.commands().pttl(key("null", "put"))).isBetween(1L, 5_000L);
		assertThat(this.redis.commands().strlen(key("null", "put"))).isEqualTo(36);
	}

	@Test
	void asksThePolicyThatSeesTheLoadedValue() {
		TypedCache cache = Nodes.node(this.redis)
			.ttlPolicy(new ByLength())
			.build()
			.getCache("policy")
			.as(ResolvableType.forClass(String.class));
		cache.get("load", () -> "1234567");
		assertThat(this.redis.commands().pttl(key("policy", "load"))).isBetween(1L, 7_000L);
		cache.put("put", "123");
		assertThat(this.redis.commands().pttl(key("policy", "put"))).isBetween(1L, 3_000L);
	}

	@Test
	void storesNothingForLessThanAMillisecond() {
		TypedCache cache = Nodes.node(this.redis)
			.ttlPolicy(new ByLength())
			.build()
			.getCache("policy")
			.as(ResolvableType.forClass(String.class));
		cache.put("none", "12345");
		cache.put("none", "");
		assertThat(cache.get("none", String.class)).isNull();
		assertThat(cache.get("none", () -> "")).isEmpty();
		assertThat(this.redis.commands().exists(key("policy", "none"))).isZero();
	}

	@Test
	void spreadsTheEndOfWhatWasWrittenTogether() {
		TypedCache cache = cache("jitter", settings(Duration.ofMinutes(10)).jitter(0.5));
		IntStream.range(0, 50).forEach((i) -> cache.put(i, "v"));
		assertThat(IntStream.range(0, 50).mapToLong((i) -> this.redis.commands().pttl(key("jitter", "" + i)) / 10_000))
			.allMatch((tenSeconds) -> tenSeconds >= 29 && tenSeconds <= 60);
		assertThat(IntStream.range(0, 50)
			.mapToLong((i) -> this.redis.commands().pttl(key("jitter", "" + i)) / 10_000)
			.distinct()
			.count()).isGreaterThan(5);
	}

	@Test
	void prolongsTheLifeOfWhatIsReadOnlyPastItsHalf() {
		TypedCache cache = cache("sliding", settings(Duration.ofMinutes(1)).timeToIdle(Duration.ofMillis(600)));
		cache.get("k", this::next);
		Map<String, Long> early = this.redis.commandsDuring(() -> cache.get("k", this::next));
		assertThat(early).containsOnlyKeys("mget");
		long until = System.nanoTime() + Duration.ofSeconds(2).toNanos();
		Awaitility.await().pollInterval(Duration.ofMillis(100)).until(() -> {
			assertThat(cache.get("k", this::next)).isEqualTo("v1");
			return System.nanoTime() > until;
		});
		Awaitility.await().until(() -> this.redis.commands().exists(key("sliding", "k")) == 0);
	}

	@Test
	void prolongsWhatCouldNotBeLoadedEarly() {
		TypedCache cache = cache("sliding-pause",
				settings(Duration.ofMinutes(1)).timeToIdle(Duration.ofSeconds(1)).refreshAhead(0.01));
		cache.get("k", this::next);
		Awaitility.await().until(() -> {
			assertThat(cache.get("k", this::fail)).isEqualTo("v1");
			return cache.statistics().count(Event.FAIL_SAFE) > 0;
		});
		readsForLongerThanIdle(cache);
		assertThat(cache.statistics().count(Event.LOAD_FAILURE)).as("paused all the time").isEqualTo(1);
	}

	@Test
	void prolongsWhatIsBeingLoadedEarly() {
		CacheSettings.Builder settings = settings(Duration.ofMinutes(1)).timeToIdle(Duration.ofSeconds(1))
			.refreshAhead(0.01);
		TypedCache slow = cache("sliding-lease", settings);
		TypedCache other = cache("sliding-lease", settings);
		CountDownLatch go = new CountDownLatch(1);
		slow.get("k", this::next);
		Awaitility.await().until(() -> {
			slow.get("k", () -> go.await(20, TimeUnit.SECONDS) ? "late" : "never");
			return other.explain("k").loading();
		});
		readsForLongerThanIdle(other);
		assertThat(other.explain("k").loading()).isTrue();
		go.countDown();
		Awaitility.await().until(() -> "late".equals(other.get("k", this::fail)));
	}

	private void readsForLongerThanIdle(TypedCache cache) {
		long until = System.nanoTime() + Duration.ofMillis(2500).toNanos();
		Awaitility.await().pollInterval(Duration.ofMillis(50)).until(() -> {
			assertThat(cache.get("k", this::fail)).isEqualTo("v1");
			return System.nanoTime() > until;
		});
	}

	@Test
	void loadsEarlyAlsoWhatItProlongs() {
		TypedCache cache = cache("sliding-ahead",
				settings(Duration.ofMinutes(1)).timeToIdle(Duration.ofSeconds(4)).refreshAhead(0.5));
		cache.get("k", this::next);
		Awaitility.await()
			.until(() -> Objects.requireNonNull(cache.explain("k").fresh()).compareTo(Duration.ofMillis(1_900)) < 0);
		assertThat(cache.get("k", this::next)).isEqualTo("v1");
		Awaitility.await().until(() -> this.loads.get() == 2);
	}

	@Test
	void countsAndProlongsReadsThatLoadNothing() {
		TypedCache cache = cache("reads", settings(Duration.ofMinutes(1)).timeToIdle(Duration.ofSeconds(1)));
		assertThat(cache.get("k", String.class)).isNull();
		cache.put("k", "v");
		long until = System.nanoTime() + Duration.ofMillis(2500).toNanos();
		Awaitility.await().pollInterval(Duration.ofMillis(100)).until(() -> {
			assertThat(cache.get("k", String.class)).isEqualTo("v");
			return System.nanoTime() > until;
		});
		assertThat(cache.statistics().count(Event.MISS)).isEqualTo(1);
		assertThat(cache.statistics().count(Event.HIT)).isGreaterThan(5);
	}

	@Test
	void endsEvenWhatIsReadAllTheTime() {
		TypedCache cache = cache("capped", settings(Duration.ofSeconds(1)).timeToIdle(Duration.ofMillis(500)));
		cache.get("k", this::next);
		Awaitility.await().until(() -> "v2".equals(cache.get("k", this::next)));
	}

	@Test
	void endsAsThePolicySaysWhatIsReadAllTheTime() {
		TypedCache cache = Nodes.node(this.redis)
			.ttlPolicy(new ByLength())
			.cache("policy", settings(Duration.ofMinutes(10)).timeToIdle(Duration.ofSeconds(10)).build())
			.build()
			.getCache("policy")
			.as(ResolvableType.forClass(String.class));
		cache.get("k", () -> "four");
		cache.get("k", this::next);
		assertThat(this.redis.commandsDuring(() -> cache.get("k", this::next))).containsOnlyKeys("mget");
		assertThat(this.redis.commands().pttl(key("policy", "k"))).isBetween(1L, 4_000L);
	}

	@Test
	void endsNullThatIsReadAllTheTime() {
		TypedCache cache = cache("null-idle", settings(Duration.ofMinutes(10)).nullTimeToLive(Duration.ofSeconds(4))
			.timeToIdle(Duration.ofSeconds(10)));
		assertThat(cache.<String>get("k", () -> null)).isNull();
		assertThat(cache.get("k", this::next)).isNull();
		assertThat(this.redis.commands().pttl(key("null-idle", "k"))).isBetween(1L, 4_000L);
	}

	@Test
	void doesNotTryToProlongWhatEndsAnyway() {
		TypedCache cache = cache("end", settings(Duration.ofMillis(1_200)).timeToIdle(Duration.ofSeconds(1)));
		cache.get("k", this::next);
		Map<String, Long> commands = this.redis.commandsDuring(() -> {
			while (!"v2".equals(cache.get("k", this::next))) {
				Thread.onSpinWait();
			}
		});
		assertThat(commands.get("mget")).isGreaterThan(20);
		assertThat(commands.get("evalsha")).as("touch, lease, fill").isBetween(3L, 6L);
	}

	@Test
	void doesNotStoreWhatIsTooBig() {
		TypedCache cache = cache("big", settings(Duration.ofMinutes(1)).maxEntrySize(100));
		assertThat(cache.get("k", () -> "x".repeat(200))).hasSize(200);
		assertThat(this.redis.commands().exists(key("big", "k"))).isZero();
		cache.put("k", "small");
		cache.put("k", "x".repeat(200));
		assertThat(cache.get("k", String.class)).isNull();
		assertThat(cache.statistics().count(Event.NOT_STORED)).isEqualTo(2);
	}

	@Test
	void refusesSettingsThatCannotWork() {
		assertThatIllegalArgumentException().isThrownBy(() -> CacheSettings.of(Duration.ZERO))
			.withMessageContaining("time to live")
			.withMessageContaining("PT0S");
		assertThatIllegalArgumentException().isThrownBy(() -> CacheSettings.of(Duration.ofSeconds(-1)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CacheSettings.builder().nullTimeToLive(Duration.ZERO).build())
			.withMessageContaining("null");
		assertThatIllegalArgumentException().isThrownBy(() -> CacheSettings.builder().jitter(0.6).build())
			.withMessageContaining("jitter");
	}

	private TypedCache cache(String name, CacheSettings.Builder settings) {
		return Nodes.strings(this.redis, name, settings);
	}

	private TypedCache cache(RedisGateway gateway, String name, CacheSettings.Builder settings) {
		return Nodes.node(gateway, this.redis)
			.cache(name, settings.build())
			.build()
			.getCache(name)
			.as(ResolvableType.forClass(String.class));
	}

	private static CacheSettings.Builder settings(Duration timeToLive) {
		return CacheSettings.builder().timeToLive(timeToLive).jitter(0);
	}

	private String key(String cache, String key) {
		return this.redis.keys().child("cache").child(cache).key(key);
	}

	private String next() {
		return "v" + this.loads.incrementAndGet();
	}

	private String fail() {
		throw new IllegalStateException("out of luck");
	}

	private static final class ByLength implements TtlPolicy {

		@Override
		public String cacheName() {
			return "policy";
		}

		@Override
		public Duration timeToLive(Object key, @Nullable Object value, Duration configured) {
			return Optional.ofNullable((String) value).map((text) -> Duration.ofSeconds(text.length())).orElseThrow();
		}

	}

}
