package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Callers who wait for a load no longer than they want to. */
@ExtendWith(RedisExtension.class)
@Timeout(60)
class LoadTimeoutTests {

	private static final Duration SHORT = Duration.ofMillis(100);

	private final Redis redis;

	private final CountDownLatch go = new CountDownLatch(1);

	private final AtomicInteger loads = new AtomicInteger();

	LoadTimeoutTests(Redis redis) {
		this.redis = redis;
	}

	@AfterEach
	void endLoads() {
		this.go.countDown();
	}

	@Test
	void holdsForMoreCallersThanLoadsMayRun() {
		TypedCache cache = cache("crowded", settings(Duration.ofMinutes(1)).hardTimeout(SHORT));
		List<CompletableFuture<String>> callers = IntStream.range(0, 100)
			.mapToObj((i) -> Nodes.started(() -> cache.get(i, this::hang)))
			.toList();
		assertThat(callers).allSatisfy((caller) -> assertThat(caller).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.havingRootCause()
			.isInstanceOf(CacheLoadTimeoutException.class));
		Awaitility.await().until(() -> this.loads.get() == 64);
		this.go.countDown();
		Awaitility.await().until(() -> this.loads.get() == 100 && "late".equals(cache.get(99, String.class)));
	}

	@Test
	void doesNotWaitForItselfWhereALoadNeedsAnother() {
		TypedCache cache = cache("nested", settings(Duration.ofMinutes(1)).hardTimeout(Duration.ofSeconds(20)));
		CountDownLatch all = new CountDownLatch(64);
		List<CompletableFuture<String>> callers = IntStream.range(0, 64)
			.mapToObj((i) -> Nodes.started(() -> cache.get(i, () -> {
				all.countDown();
				all.await();
				return cache.get("inner of " + i, () -> "inner");
			})))
			.toList();
		assertThat(callers)
			.allSatisfy((caller) -> assertThat(caller).succeedsWithin(Duration.ofSeconds(15)).isEqualTo("inner"));
	}

	@Test
	void holdsForManyValuesAtOnce() {
		TypedCache cache = cache("many", settings(Duration.ofMinutes(1)).hardTimeout(SHORT));
		List<Integer> keys = IntStream.range(0, 100).boxed().toList();
		assertThatExceptionOfType(CacheLoadTimeoutException.class)
			.isThrownBy(() -> cache.getAll(keys, (missing) -> Map.of(missing.get(0), hang())));
		Awaitility.await().until(() -> this.loads.get() == 1);
	}

	@Test
	void servesManyStaleValuesAtOnce() {
		TypedCache cache = cache("many-stale",
				settings(SHORT).staleIfError(Duration.ofMinutes(1)).softTimeout(Duration.ofMillis(50)));
		List<Integer> keys = IntStream.range(0, 100).boxed().toList();
		Map<Integer, String> old = new TreeMap<>();
		keys.forEach((key) -> old.put(key, "old"));
		cache.putAll(old);
		Awaitility.await().until(() -> cache.explain(99).verdict().startsWith("stale"));
		assertThat(cache.getAll(keys, (missing) -> Map.of(missing.get(0), hang()))).isEqualTo(old);
		assertThat(cache.statistics().count(Event.LOAD_TIMEOUT)).isEqualTo(keys.size());
		Awaitility.await().until(() -> this.loads.get() == 1);
	}

	@Test
	void servesNobodyWhatWasInvalidatedBeforeTheyCame() {
		CacheSettings.Builder settings = settings(SHORT).staleIfError(Duration.ofMinutes(1))
			.softTimeout(Duration.ofMillis(50));
		TypedCache here = cache("joined", settings);
		TypedCache there = cache("joined", settings);
		here.put("k", "old");
		Awaitility.await().until(() -> {
			assertThat(here.get("k", this::hang)).isEqualTo("old");
			return this.loads.get() == 1;
		});
		there.evict("k");
		CompletableFuture<String> late = Nodes.started(() -> here.get("k", () -> "new"));
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> late.get(200, TimeUnit.MILLISECONDS));
		this.go.countDown();
		assertThat(late).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("new");
	}

	@Test
	void leavesNoTimerBehind() {
		TypedCache cache = cache("timers", settings(Duration.ofMinutes(1)).hardTimeout(Duration.ofHours(1)));
		long before = this.redis.gateway().timers().pending();
		List<String> values = new ArrayList<>();
		IntStream.range(0, 100).forEach((i) -> values.add(cache.get(i, () -> "v")));
		assertThat(values).hasSize(100);
		Awaitility.await().until(() -> this.redis.gateway().timers().pending() < before + 100);
	}

	private String hang() throws InterruptedException {
		this.loads.incrementAndGet();
		this.go.await();
		return "late";
	}

	private TypedCache cache(String name, CacheSettings.Builder settings) {
		return Nodes.strings(this.redis, name, settings);
	}

	private static CacheSettings.Builder settings(Duration timeToLive) {
		return CacheSettings.builder().timeToLive(timeToLive).jitter(0);
	}

}
