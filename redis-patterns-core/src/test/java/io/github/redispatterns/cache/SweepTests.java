package io.github.redispatterns.cache;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Eviction by pattern. */
@ExtendWith(RedisExtension.class)
class SweepTests {

	private final Redis redis;

	private final TypedCache cache;

	SweepTests(Redis redis) {
		this.redis = redis;
		this.cache = Nodes.strings(redis, "swept", CacheSettings.builder());
	}

	@Test
	void removesWhatMatchesAndNothingElse() {
		List<Object> keys = List.of("user:1", "user:2", "users", "user:*", "[user]", List.of("user:1", "de"),
				List.of("user:1", "en"));
		keys.forEach((key) -> this.cache.put(key, "v"));
		assertThat(removed("user:*")).isEqualTo(3);
		assertThat(left(keys)).containsExactly("users", "[user]", keys.get(5), keys.get(6));
		assertThat(removed("*", "de")).isEqualTo(1);
		assertThat(removed("[*]")).isEqualTo(1);
		assertThat(left(keys)).containsExactly("users", keys.get(6));
	}

	@Test
	void scansInPagesAndNeverAsksForAllKeys() {
		IntStream.range(0, 3_000).forEach((i) -> this.cache.put("many-" + i, "v"));
		Map<String, Long> commands = this.redis.commandsDuring(() -> assertThat(removed("many-*")).isEqualTo(3_000));
		assertThat(commands).containsKeys("scan", "unlink").doesNotContainKeys("keys", "del", "flushdb");
		assertThat(commands.get("scan")).isGreaterThan(5);
	}

	@Test
	void reportsItsProgressAndCanBeStopped() {
		IntStream.range(0, 5_000).forEach((i) -> this.cache.put("stopped-" + i, "v"));
		Sweep sweep = this.cache.evictMatching("stopped-*");
		Awaitility.await().until(() -> sweep.removed() > 0);
		sweep.stop();
		assertThat(sweep.done().toCompletableFuture().join()).isEqualTo(sweep.removed()).isBetween(1L, 5_000L);
	}

	private long removed(String... parts) {
		return this.cache.evictMatching(parts).done().toCompletableFuture().join();
	}

	private List<Object> left(List<Object> keys) {
		return keys.stream().filter((key) -> this.cache.get(key, String.class) != null).toList();
	}

}
