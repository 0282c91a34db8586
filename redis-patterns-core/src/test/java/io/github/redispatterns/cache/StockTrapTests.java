package io.github.redispatterns.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where Spring Data Redis's cache was measured to go wrong and no other test of this
 * package looks already.
 */
@ExtendWith(RedisExtension.class)
class StockTrapTests {

	private final Redis redis;

	StockTrapTests(Redis redis) {
		this.redis = redis;
	}

	@Test
	void keepsWhatIsPutAfterAClear() {
		TypedCache cache = cache("cleared");
		for (int i = 0; i < 500; i++) {
			cache.clear();
			cache.put("k", "v" + i);
			assertThat(cache.get("k", String.class)).isEqualTo("v" + i);
		}
	}

	@Test
	void servesOtherKeysWhileOneLoads() {
		TypedCache cache = cache("busy");
		cache.put("other", "there");
		CountDownLatch go = new CountDownLatch(1);
		CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> cache.get("slow", () -> {
			go.await();
			return "loaded";
		}));
		Awaitility.await().until(() -> cache.statistics().count(Event.MISS) == 1);
		IntStream.range(0, 100).forEach((i) -> assertThat(cache.get("other", String.class)).isEqualTo("there"));
		assertThat(slow).isNotDone();
		go.countDown();
		assertThat(slow).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("loaded");
	}

	@Test
	void leavesTheLeaseOfAnotherNodeAlone() {
		TypedCache one = cache("leases");
		TypedCache two = cache("leases");
		CountDownLatch go = new CountDownLatch(1);
		CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> one.get("k", () -> {
			go.await();
			return "old";
		}));
		Awaitility.await().until(() -> one.statistics().count(Event.MISS) == 1);
		two.evict("k");
		assertThat(two.get("k", () -> {
			go.countDown();
			assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("old");
			return "new";
		})).isEqualTo("new");
		assertThat(one.get("k", String.class)).isEqualTo("new");
	}

	@Test
	void writesNoJavaObjects() {
		TypedCache cache = cache("bytes");
		cache.put("null", null);
		cache.as(ResolvableType.forClass(Pair.class)).put("pair", new Pair("a", Map.of("b", 1L)));
		for (String key : new String[] { "null", "pair" }) {
			byte[] bytes = stored(key);
			assertThat(bytes).startsWith(0xF9).hasSizeLessThan(100);
			assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("redispatterns");
		}
		assertThat(cache.as(ResolvableType.forClass(Pair.class)).get("pair", Pair.class))
			.isEqualTo(new Pair("a", Map.of("b", 1L)));
	}

	@Test
	void knowsTheTagsThatAnEntryWasWrittenWith() {
		TypedCache before = cache("retagged").tagged((value) -> Set.of("before"));
		TypedCache after = cache("retagged").tagged((value) -> Set.of("after"));
		before.put("k", "v");
		after.evictTags(Set.of("after"));
		assertThat(after.get("k", String.class)).isEqualTo("v");
		after.evictTags(Set.of("before"));
		assertThat(after.get("k", () -> "w")).isEqualTo("w");
		after.evictTags(Set.of("after"));
		assertThat(after.get("k", String.class)).isNull();
	}

	@Test
	void loadsInTheBackgroundWithoutWhatBelongsToTheCaller() {
		TypedCache cache = Nodes.strings(this.redis, "contexts",
				CacheSettings.builder().timeToLive(Duration.ofMillis(100)).staleWhileRevalidate(Duration.ofMinutes(1)));
		ThreadLocal<String> context = new ThreadLocal<>();
		context.set("caller");
		Callable<String> loader = () -> context.get() + " in " + Thread.currentThread().getName();
		assertThat(cache.get("k", loader)).isEqualTo("caller in " + Thread.currentThread().getName());
		Awaitility.await()
			.untilAsserted(() -> assertThat(cache.get("k", loader)).startsWith("null in redis-patterns-cache-"));
		context.remove();
	}

	private byte[] stored(String key) {
		String redisKey = this.redis.keys().child("cache").child("bytes").key(key);
		return Objects.requireNonNull(this.redis.gateway()
			.await(this.redis.gateway().command((redis) -> redis.get(RedisGateway.utf8(redisKey)))));
	}

	private TypedCache cache(String name) {
		return Nodes.strings(this.redis, name, CacheSettings.builder());
	}

	record Pair(String name, Map<String, Long> counts) {
	}

}
