package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.assertj.core.data.Percentage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.test.Redis;

import static org.assertj.core.api.Assertions.assertThat;

/** What callers feel of a server that stops in the middle of its work. */
class FrozenRedisTests {

	private static final Duration BUDGET = Duration.ofMillis(50);

	private static final double SHARE = 0.25;

	private final RedisServer server = DevRedis.start();

	private final LettuceConnectionFactory factory = Redis.connect(this.server.host(), this.server.port());

	private final Timers timers = new Timers();

	private final RedisGateway gateway = new RedisGateway(this.factory, BUDGET, this.timers);

	private final RateLimitPolicy policy = RateLimitPolicy
		.of("local", RateLimitAlgorithm.TOKEN_BUCKET, Bandwidth.of(2_000, Duration.ofSeconds(1)))
		.withFailure(OnRedisFailure.LOCAL, SHARE);

	private final RateLimiter limiter = new RateLimiters(this.gateway, KeySpace.of("frozen"), List.of(this.policy))
		.get("local");

	@BeforeEach
	void warmUp() {
		Awaitility.await().until(this::isDecidedByRedis);
		IntStream.range(0, 1_000).forEach((i) -> this.limiter.tryAcquire("warm" + i));
	}

	@AfterEach
	void close() {
		this.server.resume();
		this.gateway.stop();
		this.factory.destroy();
		this.timers.close();
		this.server.close();
	}

	// A machine that does more than this test makes callers wait, too: one calm freeze
	// shows what the limiter adds.
	@Test
	void costsNoCallerMuchMoreThanTheBudget() {
		Awaitility.await().atMost(Duration.ofSeconds(60)).pollDelay(Duration.ZERO).untilAsserted(() -> {
			this.server.resume();
			Awaitility.await().until(this::isDecidedByRedis);
			this.server.pause();
			List<Duration> waits = callers(20);
			assertThat(waits).allSatisfy((wait) -> assertThat(wait).isLessThan(BUDGET.plusMillis(1000)));
			assertThat(waits.get(waits.size() - 2)).isLessThanOrEqualTo(BUDGET.plusMillis(10));
		});
	}

	@Test
	void costsNothingOnceItIsKnown() throws Exception {
		freeze();
		assertThat(callers(20).get(10)).isLessThan(BUDGET);
	}

	// The burst is so great that nothing is lost while this thread does not get to run.
	@Test
	void allowsItsShareAlone() {
		freeze();
		long began = System.nanoTime();
		long allowed = 0;
		long now = began;
		while (now - began < TimeUnit.SECONDS.toNanos(1)) {
			allowed += this.limiter.tryAcquire("busy").allowed() ? 1 : 0;
			now = System.nanoTime();
		}
		double share = SHARE * (this.policy.capacity() + this.policy.limit() * (now - began) / 1e9);
		assertThat((double) allowed).isCloseTo(share, Percentage.withPercentage(10));
	}

	@Test
	void asksRedisAgainSoonAfterItGoesOn() {
		freeze();
		this.server.resume();
		Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.atMost(Duration.ofSeconds(1))
			.until(this::isDecidedByRedis);
	}

	private void freeze() {
		this.server.pause();
		Awaitility.await().until(() -> !isDecidedByRedis() && this.gateway.breaker().isOpen());
	}

	private boolean isDecidedByRedis() {
		return this.limiter.tryAcquire("one").source() == Decision.Source.REDIS;
	}

	// How long each waits, on a key of its own, the shortest first. They come one after
	// the other, as deadlines are looked at now and then only.
	private List<Duration> callers(int number) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(number);
		try {
			List<Future<Duration>> calls = new ArrayList<>();
			for (int i = 0; i < number; i++) {
				String key = "caller" + i;
				calls.add(threads.submit(() -> latency(key)));
				LockSupport.parkNanos(BUDGET.dividedBy(2L * number).toNanos());
			}
			List<Duration> waits = new ArrayList<>();
			for (Future<Duration> call : calls) {
				waits.add(call.get());
			}
			Collections.sort(waits);
			return waits;
		}
		finally {
			threads.shutdown();
		}
	}

	private Duration latency(String key) {
		long asked = System.nanoTime();
		this.limiter.tryAcquire(key);
		return Duration.ofNanos(System.nanoTime() - asked);
	}

}
