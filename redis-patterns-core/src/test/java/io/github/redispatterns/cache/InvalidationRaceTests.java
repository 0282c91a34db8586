package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes that load, write and invalidate at random. The source counts up a number for
 * each key and then invalidates; who reads after that must see at least that number.
 */
@ExtendWith(RedisExtension.class)
class InvalidationRaceTests {

	private static final int KEYS = 3;

	private static final int STEPS = 6_000;

	private final Redis redis;

	private final AtomicIntegerArray source = new AtomicIntegerArray(KEYS);

	private final AtomicIntegerArray invalidated = new AtomicIntegerArray(KEYS);

	private final AtomicLong reads = new AtomicLong();

	private final AtomicLong loads = new AtomicLong();

	InvalidationRaceTests(Redis redis) {
		this.redis = redis;
	}

	@Test
	void neverReadsWhatWasLoadedBeforeAnInvalidation() {
		List<TypedCache> nodes = List.of(node(), node());
		CompletableFuture<?>[] workers = IntStream.range(0, 8)
			.mapToObj((i) -> CompletableFuture.runAsync(() -> work(nodes.get(i % 2), i < 3),
					(task) -> new Thread(task).start()))
			.toArray(CompletableFuture[]::new);
		CompletableFuture.allOf(workers).join();
		assertThat(this.loads.get()).isLessThan(this.reads.get()).isGreaterThan(100);
	}

	private TypedCache node() {
		return TypedCacheManager
			.builder(this.redis.gateway(), this.redis.keys(), PayloadPipeline.of(this.redis.codec()))
			.defaults(CacheSettings.builder().timeToLive(Duration.ofMinutes(1)).lease(Duration.ofMillis(200)).build())
			.build()
			.getCache("race")
			.as(ResolvableType.forClass(Integer.class))
			.tagged((value) -> Set.of("all", "parity-" + ((Integer) value) % 2));
	}

	private void work(TypedCache cache, boolean writer) {
		for (int i = 0; i < STEPS; i++) {
			int key = ThreadLocalRandom.current().nextInt(KEYS);
			if (writer && ThreadLocalRandom.current().nextInt(8) == 0) {
				change(cache, key);
			}
			else {
				read(cache, key);
			}
		}
	}

	private void read(TypedCache cache, int key) {
		int least = this.invalidated.get(key);
		Integer value = cache.get(key, () -> load(key));
		assertThat(value).isGreaterThanOrEqualTo(least);
		this.reads.incrementAndGet();
	}

	private int load(int key) {
		this.loads.incrementAndGet();
		int value = this.source.get(key);
		if (ThreadLocalRandom.current().nextInt(4) == 0) {
			Thread.yield();
		}
		return value;
	}

	private void change(TypedCache cache, int key) {
		int value = this.source.incrementAndGet(key);
		switch (ThreadLocalRandom.current().nextInt(4)) {
			case 0 -> cache.clear();
			case 1 -> cache.evictTags(Set.of("all"));
			default -> cache.evict(key);
		}
		this.invalidated.accumulateAndGet(key, value, Math::max);
	}

}
