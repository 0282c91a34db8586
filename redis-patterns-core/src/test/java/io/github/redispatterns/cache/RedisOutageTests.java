package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.ResolvableType;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import tools.jackson.databind.json.JsonMapper;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.codec.JsonValueCodec;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.test.Redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A server that stops answering, and comes back with what it had. */
class RedisOutageTests {

	private final RedisServer server = DevRedis.start();

	private final LettuceConnectionFactory factory = Redis.connect(this.server.host(), this.server.port());

	private final Timers timers = new Timers();

	private final RedisGateway gateway = new RedisGateway(this.factory, Duration.ofMillis(200), this.timers);

	private @Nullable TypedCacheManager manager;

	@AfterEach
	void close() {
		this.server.resume();
		if (this.manager != null) {
			this.manager.stop();
		}
		this.gateway.stop();
		this.factory.destroy();
		this.timers.close();
		this.server.close();
	}

	@Test
	void loadsWithoutRedis() {
		TypedCache cache = cache(CacheSettings.builder());
		cache.get("k", () -> "cached");
		this.server.pause();
		IntStream.range(0, 100)
			.forEach((i) -> assertThat(cache.get("k", () -> "loaded " + i)).isEqualTo("loaded " + i));
		assertThat(cache.get("k", String.class)).isNull();
		cache.put("k", "put");
		assertThat(cache.putIfAbsent("k", "put")).isNull();
		assertThat(cache.retrieve("k", () -> CompletableFuture.completedFuture("later")))
			.succeedsWithin(Duration.ofSeconds(10))
			.isEqualTo("later");
	}

	@Test
	void servesFromTheNearCacheMeanwhile() {
		TypedCache cache = cache(CacheSettings.builder().near(NearSettings.ofDefaults()));
		Awaitility.await().until(() -> {
			cache.get("k", () -> "near");
			return cache.statistics().count(Event.NEAR_HIT) > 0;
		});
		this.server.pause();
		IntStream.range(0, 100).forEach((i) -> assertThat(cache.get("k", () -> "loaded")).isEqualTo("near"));
		cache.evict("k");
		assertThat(cache.get("k", () -> "loaded")).isEqualTo("loaded");
	}

	@Test
	void appliesInvalidationsBeforeItBelievesRedisAgain() {
		TypedCache cache = cache(CacheSettings.builder()).tagged((value) -> Set.of("t"));
		for (Runnable invalidation : List.<Runnable>of(() -> cache.evict("k"), () -> cache.evictTags(Set.of("t")),
				cache::clear, () -> cache.put("k", "new"), () -> cache.putIfAbsent("k", "new"))) {
			cache.get("other", () -> "other");
			cache.put("k", "old");
			assertThat(cache.get("k", () -> "?")).isEqualTo("old");
			this.server.pause();
			invalidation.run();
			this.server.resume();
			assertThat(cache.get("k", () -> "new")).isEqualTo("new");
			Awaitility.await().until(() -> {
				assertThat(cache.get("k", () -> "new")).isEqualTo("new");
				long loads = cache.statistics().count(Event.LOAD);
				cache.get("k", () -> "new");
				return cache.statistics().count(Event.LOAD) == loads;
			});
		}
		assertThat(cache.statistics().count(Event.EVICTION)).as("without repetitions").isEqualTo(3);
	}

	@Test
	void clearsTheCacheWhereThereIsTooMuchToRemember() {
		TypedCache cache = cache(CacheSettings.builder());
		cache.put("k", "old");
		this.server.pause();
		Awaitility.await().until(() -> {
			cache.evict("any");
			return this.gateway.breaker().isOpen();
		});
		IntStream.range(0, Unapplied.MAX + 1).forEach((i) -> cache.evict("key" + i));
		this.server.resume();
		Awaitility.await().until(() -> {
			assertThat(cache.get("k", () -> "new")).isEqualTo("new");
			return cache.statistics().count(Event.HIT) > 0;
		});
	}

	@Test
	void boundsTheLoadsOfOneValueAndOfMany() throws Exception {
		TypedCache cache = cache(CacheSettings.builder().maxLoadsWithoutRedis(3));
		cache.get("warm", () -> "up");
		this.server.pause();
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger next = new AtomicInteger();
		Callable<String> load = () -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			String nested = cache.get("nested" + running.get(), () -> "x");
			running.decrementAndGet();
			return String.valueOf(nested);
		};
		assertThat(Nodes.crowd(30, () -> {
			int key = next.getAndIncrement();
			return (key % 2 != 0) ? cache.get(key, load)
					: cache.getAll(List.of(key), (keys) -> Map.of(key, load.call())).get(key);
		})).containsOnly("x");
		assertThat(most).hasValueLessThanOrEqualTo(3);
	}

	@Test
	void failsWhereThatIsWanted() {
		TypedCache cache = cache(CacheSettings.builder().onRedisFailure(OnRedisFailure.CLOSED));
		cache.put("k", "v");
		this.server.pause();
		assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(() -> cache.get("k", () -> "loaded"));
		assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(() -> cache.get("k", String.class));
		assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(() -> cache.put("k", "w"));
		assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(() -> cache.putIfAbsent("k", "w"));
		assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(() -> cache.evict("k"));
	}

	@Test
	void tellsWhoChangesWhatRedisRefuses() {
		TypedCache cache = cache(CacheSettings.builder()).tagged((value) -> Set.of("t"));
		cache.put("k", "old");
		cache.get("k", () -> "?");
		this.server.command("ACL", "SETUSER", "default", "-@write");
		for (Runnable change : List.<Runnable>of(() -> cache.put("k", "new"), () -> cache.putAll(Map.of("k", "new")),
				() -> cache.putIfAbsent("another", "new"), () -> cache.evict("k"), () -> cache.evictIfPresent("k"),
				() -> cache.evictAll(List.of("k")), () -> cache.evictTags(Set.of("t")), cache::clear)) {
			assertThatExceptionOfType(RedisPatternsException.class).isThrownBy(change::run)
				.isNotInstanceOf(RedisUnavailableException.class)
				.withMessageContaining("refused");
		}
		assertThat(cache.get("k", () -> "?")).isEqualTo("old");
		assertThat(cache.get("missing", () -> "loaded")).isEqualTo("loaded");
		assertThat(cache.getAll(List.of("k", "missing"), (missing) -> Map.of("missing", "loaded again")))
			.containsExactly(Map.entry("k", "old"), Map.entry("missing", "loaded again"));
		this.server.command("ACL", "SETUSER", "default", "+@all");
		cache.evict("k");
		assertThat(cache.get("k", () -> "new")).isEqualTo("new");
	}

	@Test
	void goesOnAfterTheServerLostEverything() {
		TypedCache cache = cache(CacheSettings.builder().near(NearSettings.ofDefaults()))
			.tagged((value) -> Set.of("t"));
		Awaitility.await().until(() -> {
			cache.get("k", () -> "v");
			return cache.statistics().count(Event.NEAR_HIT) > 0;
		});
		cache.evictTags(Set.of("another"));
		this.gateway.await(this.gateway.command((redis) -> redis.flushall()));
		Awaitility.await().until(() -> "new".equals(cache.get("k", () -> "new")));
		cache.evictTags(Set.of("t"));
		assertThat(cache.get("k", () -> "newer")).isEqualTo("newer");
	}

	@Test
	void goesOnWithoutAServerAndWithANewOne() {
		TypedCache cache = cache(CacheSettings.builder().near(NearSettings.ofDefaults()))
			.tagged((value) -> Set.of("t"));
		cache.get("k", () -> "v");
		this.server.kill();
		for (int i = 0; i < 20; i++) {
			String key = "k" + i;
			assertThat(cache.get(key, () -> "loaded")).isEqualTo("loaded");
			cache.put(key, "put");
			cache.evict(key);
			cache.evictTags(Set.of("t"));
			cache.clear();
		}
		this.server.restart();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			assertThat(cache.get("k", () -> "new")).isEqualTo("new");
			return cache.statistics().count(Event.HIT) + cache.statistics().count(Event.NEAR_HIT) > 0;
		});
	}

	private TypedCache cache(CacheSettings.Builder settings) {
		PayloadPipeline payloads = PayloadPipeline.of(new JsonValueCodec(JsonMapper.shared()));
		this.manager = TypedCacheManager.builder(this.gateway, KeySpace.of("outage"), payloads)
			.cache("c", settings.build())
			.build();
		return this.manager.getCache("c").as(ResolvableType.forClass(String.class));
	}

}
