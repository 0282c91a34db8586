package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
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

	private static final int CALLERS = 32;

	private final RedisServer server = DevRedis.start();

	private final LettuceConnectionFactory factory = Redis.connect(this.server.host(), this.server.port());

	private final Timers timers = new Timers();

	private final RedisGateway gateway = new RedisGateway(this.factory, BUDGET, this.timers);

	private final RateLimiter limiter = new RateLimiters(this.gateway, KeySpace.of("frozen"), List
		.of(RateLimitPolicy.tokenBucket("open", 1_000_000, Duration.ofSeconds(1)).withFailure(OnRedisFailure.OPEN, 1)))
		.get("open");

	@AfterEach
	void close() {
		this.server.resume();
		this.gateway.stop();
		this.factory.destroy();
		this.timers.close();
		this.server.close();
	}

	/**
	 * The goal is 10 ms over the budget, and a second to recover; the margin is for a busy
	 * machine, and what is seen is printed.
	 */
	@Test
	void costsNoCallerMuchMoreThanTheBudgetAndIsSoonBack() throws Exception {
		Awaitility.await().until(this::isDecidedByRedis);
		callers(Duration.ofMillis(200));
		this.server.pause();
		long[] nanos = callers(Duration.ofSeconds(1));
		this.server.resume();
		long resumed = System.nanoTime();
		Awaitility.await().pollInterval(Duration.ofMillis(5)).until(this::isDecidedByRedis);
		Duration recovery = Duration.ofNanos(System.nanoTime() - resumed);
		Duration half = Duration.ofNanos(nanos[nanos.length / 2]);
		Duration longest = Duration.ofNanos(nanos[nanos.length - 1]);
		System.out.printf("Frozen Redis: half of the callers waited %d ms, longest %d ms, normal after %d ms%n",
				half.toMillis(), longest.toMillis(), recovery.toMillis());
		assertThat(half).isLessThan(BUDGET.plusMillis(100));
		assertThat(longest).isLessThan(BUDGET.plusMillis(1000));
		assertThat(recovery).isLessThan(Duration.ofSeconds(2));
	}

	private boolean isDecidedByRedis() {
		return this.limiter.tryAcquire("one").source() == Decision.Source.REDIS;
	}

	// Each on a key of its own and all on one, in turns.
	private long[] callers(Duration time) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
		try {
			long until = System.nanoTime() + time.toNanos();
			List<Future<long[]>> callers = IntStream.range(0, CALLERS)
				.mapToObj((i) -> threads.submit(() -> latencies(i, until)))
				.toList();
			long[] all = new long[0];
			for (Future<long[]> caller : callers) {
				long[] one = caller.get();
				all = Arrays.copyOf(all, all.length + one.length);
				System.arraycopy(one, 0, all, all.length - one.length, one.length);
			}
			Arrays.sort(all);
			return all;
		}
		finally {
			threads.shutdown();
		}
	}

	// Only the first: once the breaker is open all others are answered at once.
	private long[] latencies(int caller, long until) {
		long[] nanos = new long[2];
		int calls = 0;
		while (System.nanoTime() - until < 0 && calls < nanos.length) {
			long asked = System.nanoTime();
			this.limiter.tryAcquire((calls % 2 == 0) ? "one" : "key" + caller);
			nanos[calls++] = System.nanoTime() - asked;
		}
		return Arrays.copyOf(nanos, calls);
	}

}
