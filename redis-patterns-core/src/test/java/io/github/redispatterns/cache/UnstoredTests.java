package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.cache.Cache;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Values that are loaded, but not stored. */
@ExtendWith(RedisExtension.class)
class UnstoredTests {

	private final Redis redis;

	private final AtomicInteger loads = new AtomicInteger();

	UnstoredTests(Redis redis) {
		this.redis = redis;
	}

	private static CacheSettings.Builder settings() {
		return CacheSettings.builder().jitter(0).maxEntrySize(100);
	}

	private TypedCache cache(String name, CacheSettings.Builder settings) {
		return Nodes.strings(this.redis, name, settings).unless("no"::equals);
	}

	private String load(String value) {
		this.loads.incrementAndGet();
		return value;
	}

	private CompletableFuture<String> load(CompletableFuture<String> source) {
		this.loads.incrementAndGet();
		return source;
	}

	static Stream<String> unstored() {
		return Stream.of("no", "x".repeat(200));
	}

	@ParameterizedTest
	@MethodSource("unstored")
	void loadsOnceForAllWhoWaitForTheSameLoad(String value) {
		TypedCache cache = cache("shared" + value.length(), settings());
		CompletableFuture<String> source = new CompletableFuture<>();
		List<CompletableFuture<String>> callers = IntStream.range(0, 50)
			.mapToObj((i) -> cache.retrieve("k", () -> load(source)))
			.toList();
		source.complete(value);
		assertThat(callers).allSatisfy((caller) -> assertThat(caller.join()).isEqualTo(value));
		assertThat(this.loads).hasValue(1);
		assertThat(cache.get("k", String.class)).isNull();
		assertThat(cache.get("k", () -> load("yes"))).isEqualTo("yes");
	}

	static Stream<Consumer<TypedCache>> invalidations() {
		return Stream.of((cache) -> cache.evict("k"), Cache::clear, (cache) -> cache.evictTags(List.of("tag")));
	}

	@ParameterizedTest
	@MethodSource("invalidations")
	void loadsAgainForWhoCameAfterAnInvalidation(Consumer<TypedCache> invalidation) {
		String name = "overtaken" + invalidation.hashCode();
		TypedCache cache = cache(name, settings());
		CompletableFuture<String> source = new CompletableFuture<>();
		CompletableFuture<String> before = cache.retrieve("k", () -> load(source));
		Awaitility.await().until(() -> this.loads.get() == 1);
		invalidation.accept(cache(name, settings()));
		CompletableFuture<String> after = cache.retrieve("k", () -> load(CompletableFuture.completedFuture("new")));
		source.complete("no");
		assertThat(before.join()).isEqualTo("no");
		assertThat(after.join()).isEqualTo("new");
	}

	@Test
	void wakesOtherNodes() {
		TypedCache cache = cache("nodes", settings().lease(Duration.ofMinutes(1)).maxWait(Duration.ofMinutes(1)));
		TypedCache other = cache("nodes", settings());
		CompletableFuture<String> source = new CompletableFuture<>();
		CompletableFuture<String> first = cache.retrieve("k", () -> load(source));
		Awaitility.await().until(() -> this.loads.get() == 1);
		CompletableFuture<String> second = other.retrieve("k", () -> load(CompletableFuture.completedFuture("yes")));
		Awaitility.await().until(() -> other.statistics().count(Event.LEASE_WAIT) > 0);
		source.complete("no");
		assertThat(first.join()).isEqualTo("no");
		assertThat(second).succeedsWithin(Duration.ofSeconds(30)).isEqualTo("yes");
	}

	@Test
	void keepsWhatIsFreshToItsEnd() {
		TypedCache cache = cache("early",
				settings().timeToLive(Duration.ofSeconds(2)).staleIfError(Duration.ofMinutes(1)).refreshAhead(0.1));
		cache.get("k", () -> load("good"));
		Awaitility.await().until(() -> {
			assertThat(cache.get("k", () -> load("no"))).isEqualTo("good");
			return this.loads.get() == 2;
		});
		Awaitility.await().until(() -> !cache.explain("k").loading());
		Awaitility.await().until(() -> "no".equals(cache.get("k", () -> load("no"))));
		assertThat(this.loads).as("one early, one in the end").hasValue(3);
	}

	@Test
	void keepsWhatIsFreshBecauseItIsRead() {
		TypedCache cache = cache("prolonged", settings().timeToIdle(Duration.ofSeconds(1)).refreshAhead(0.1));
		cache.put("k", "good");
		CompletableFuture<String> source = new CompletableFuture<>();
		Awaitility.await().until(() -> {
			assertThat(cache.retrieve("k", () -> load(source)).join()).isEqualTo("good");
			return this.loads.get() == 1;
		});
		Duration whole = Duration.ofMillis(1_500);
		Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> {
			assertThat(cache.get("k", String.class)).isEqualTo("good");
			return whole.compareTo(cache.explain("k").age()) < 0;
		});
		source.complete("no");
		Awaitility.await().until(() -> !cache.explain("k").loading());
		assertThat(cache.get("k", String.class)).isEqualTo("good");
	}

	@Test
	void forgetsWhatIsStale() {
		TypedCache cache = cache("stale",
				settings().timeToLive(Duration.ofMillis(200)).staleWhileRevalidate(Duration.ofMinutes(1)));
		cache.get("k", () -> load("good"));
		Awaitility.await().until(() -> "no".equals(cache.get("k", () -> load("no"))));
		assertThat(cache.statistics().count(Event.STALE_HIT)).isPositive();
		assertThat(cache.get("k", String.class)).isNull();
	}

	@Test
	void failsWhereItCannotBeSaidWhetherToStore() {
		TypedCache cache = Nodes.strings(this.redis, "failing", settings().lease(Duration.ofMinutes(1)));
		TypedCache unclear = cache.unless((value) -> {
			throw new IllegalStateException("unclear");
		});
		assertThatExceptionOfType(Cache.ValueRetrievalException.class)
			.isThrownBy(() -> unclear.get("k", () -> load("one")))
			.withRootCauseInstanceOf(IllegalStateException.class);
		assertThat(cache.get("k", () -> load("two"))).isEqualTo("two");
		assertThat(this.loads).hasValue(2);
	}

}
