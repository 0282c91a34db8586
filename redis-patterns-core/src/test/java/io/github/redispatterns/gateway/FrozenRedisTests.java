package io.github.redispatterns.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.test.Redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A server of its own that stops in the middle of its work and goes on later. */
class FrozenRedisTests {

	private static final LuaScript<Long> COUNT = LuaScript.integer("test/count");

	private static final Duration DEADLINE = Duration.ofMillis(200);

	private final RedisServer server = DevRedis.start();

	private final LettuceConnectionFactory factory = Redis.connect(this.server.host(), this.server.port());

	private final Timers timers = new Timers();

	private final RedisGateway gateway = new RedisGateway(this.factory, DEADLINE, this.timers);

	@BeforeEach
	void connect() {
		count();
	}

	@AfterEach
	void close() {
		this.server.resume();
		this.gateway.stop();
		this.factory.destroy();
		this.timers.close();
		this.server.close();
	}

	@Test
	void namesCallAndDeadline() {
		this.server.pause();
		assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(this::count)
			.withMessageContaining("test/count.lua")
			.withMessageContaining("PT0.2S");
	}

	@Test
	void answersEveryCallerAndGoesOnWhenRedisDoes() {
		this.server.pause();
		List<CompletableFuture<Long>> calls = IntStream.range(0, 64)
			.parallel()
			.boxed()
			.flatMap((caller) -> Stream.generate(this::send).limit(10))
			.toList();
		assertThat(calls).allSatisfy((call) -> assertThat(call).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.withCauseInstanceOf(RedisUnavailableException.class));
		assertThat(this.gateway.breaker().isOpen()).isTrue();
		assertThat(send()).as("while the breaker is open").isCompletedExceptionally();
		this.server.resume();
		Awaitility.await().until(() -> !this.gateway.breaker().isOpen());
		assertThat(count()).isPositive();
	}

	/**
	 * Sixty-four threads that never stop asking, for as long as it takes the breaker to
	 * open and then some. Each waits for a deadline once, or twice if it asks again just
	 * before the breaker opens; all other calls fail at once. The goal is 50 ms over the
	 * deadline; the margin is for a busy machine, and what is seen is printed.
	 */
	@Test
	void holdsNoCallerAndNoMemoryUnderLoad() throws InterruptedException {
		AtomicBoolean over = new AtomicBoolean();
		LongAdder calls = new LongAdder();
		Queue<Duration> waits = new ConcurrentLinkedQueue<>();
		List<Thread> callers = IntStream.range(0, 64).mapToObj((i) -> new Thread(() -> {
			while (!over.get()) {
				long start = System.nanoTime();
				send().exceptionally((failure) -> 0L).join();
				Duration taken = Duration.ofNanos(System.nanoTime() - start);
				if (taken.compareTo(DEADLINE.dividedBy(2)) > 0) {
					waits.add(taken);
				}
				calls.increment();
				LockSupport.parkNanos(1_000_000);
			}
		})).toList();
		long heap = usedHeap();
		this.server.pause();
		callers.forEach(Thread::start);
		Awaitility.await().until(() -> this.gateway.breaker().isOpen() && calls.sum() > 50_000);
		long grown = usedHeap() - heap;
		this.server.resume();
		long resumed = System.nanoTime();
		Awaitility.await().until(() -> send().handle((count, failure) -> failure == null).join());
		Duration recovery = Duration.ofNanos(System.nanoTime() - resumed);
		over.set(true);
		for (Thread caller : callers) {
			caller.join();
		}
		List<Duration> sorted = waits.stream().sorted().toList();
		Duration most = sorted.get(sorted.size() * 9 / 10);
		Duration longest = sorted.get(sorted.size() - 1);
		System.out.printf(
				"Frozen Redis: %,d calls, %d waited, most %d ms, longest %d ms, heap %+d kB, normal after %d ms%n",
				calls.sum(), sorted.size(), most.toMillis(), longest.toMillis(), grown / 1024, recovery.toMillis());
		assertThat(sorted).as("calls that did not fail at once").hasSizeLessThan(4 * callers.size());
		assertThat(most).as("what nine of ten waited at most").isLessThan(DEADLINE.plusMillis(100));
		assertThat(longest).isLessThan(DEADLINE.plusMillis(500));
		assertThat(grown).as("heap growth in bytes").isLessThan(10 * 1024 * 1024);
		assertThat(recovery).isLessThan(Duration.ofSeconds(2));
	}

	private static long usedHeap() {
		System.gc();
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	@Test
	void sendsPastTheOpenBreakerWhatMustBeTried() {
		count();
		this.server.pause();
		Awaitility.await().until(() -> {
			send().exceptionally((failure) -> 0L).join();
			return this.gateway.breaker().isOpen();
		});
		CompletableFuture<Long> release = this.gateway.withTimeout(Duration.ofSeconds(30))
			.pastBreaker()
			.execute(COUNT, List.of("frozen:{release}"))
			.toCompletableFuture();
		this.server.resume();
		assertThat(release).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(1L);
	}

	private CompletableFuture<Long> send() {
		return this.gateway.execute(COUNT, List.of("frozen:{a}")).toCompletableFuture();
	}

	private Long count() {
		return this.gateway.await(send());
	}

}
