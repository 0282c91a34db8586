package io.github.redispatterns.gateway;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
	 * open and then some. The margin is for a busy machine; what is seen is printed.
	 */
	@Test
	void holdsNoCallerAndNoMemoryUnderLoad() throws InterruptedException {
		AtomicBoolean over = new AtomicBoolean();
		LongAdder calls = new LongAdder();
		AtomicLong longest = new AtomicLong();
		List<Thread> callers = IntStream.range(0, 64).mapToObj((i) -> new Thread(() -> {
			while (!over.get()) {
				long start = System.nanoTime();
				send().exceptionally((failure) -> 0L).join();
				longest.accumulateAndGet(System.nanoTime() - start, Math::max);
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
		System.out.printf("Frozen Redis: %,d calls, longest %d ms, heap %+d kB, normal again after %d ms%n",
				calls.sum(), longest.get() / 1_000_000, grown / 1024, recovery.toMillis());
		assertThat(Duration.ofNanos(longest.get())).isLessThan(DEADLINE.plusSeconds(1));
		assertThat(grown).as("heap growth in bytes").isLessThan(10 * 1024 * 1024);
		assertThat(recovery).isLessThan(Duration.ofSeconds(5));
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
