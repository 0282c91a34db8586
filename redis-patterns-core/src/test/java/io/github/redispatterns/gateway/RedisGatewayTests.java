package io.github.redispatterns.gateway;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisCommandExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import reactor.core.publisher.Mono;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@ExtendWith(RedisExtension.class)
class RedisGatewayTests {

	private static final LuaScript<Long> COUNT = LuaScript.integer("test/count");

	private static final LuaScript<Long> FAIL = LuaScript.integer("test/fail");

	private final Redis redis;

	private final RedisGateway gateway;

	RedisGatewayTests(Redis redis) {
		this.redis = redis;
		this.gateway = redis.gateway();
	}

	@Test
	void sendsAScriptByItsSha() {
		count("sha");
		assertThat(this.redis.commandsDuring(() -> count("sha"))).containsEntry("evalsha", 1L)
			.doesNotContainKey("eval");
	}

	@Test
	void sendsTheTextOnceWhereTheServerForgotIt() {
		count("flushed");
		this.redis.commands().scriptFlush();
		assertThat(count("flushed")).isEqualTo(2);
		assertThat(count("flushed")).isEqualTo(3);
	}

	@Test
	void namesScriptAndKeyOfAnError() {
		assertThatExceptionOfType(RedisPatternsException.class)
			.isThrownBy(() -> this.gateway.await(this.gateway.execute(FAIL, List.of("k:{1}"))))
			.withMessageContaining("test/fail.lua on [k:{1}]")
			.withMessageContaining("out of luck")
			.isNotInstanceOf(RedisUnavailableException.class);
	}

	@Test
	void sendsManyCallsAsOnePipeline() {
		List<CompletionStage<Long>> replies = IntStream.range(0, 100)
			.mapToObj((i) -> this.gateway.execute((i == 50) ? FAIL : COUNT, List.of(key("pipeline"))))
			.toList();
		assertThat(replies.get(0).toCompletableFuture().join()).isEqualTo(1);
		assertThat(replies.get(50).toCompletableFuture()).failsWithin(Duration.ofSeconds(10));
		assertThat(replies.get(99).toCompletableFuture().join()).isEqualTo(99);
	}

	@Test
	void saysThatNobodyListens() {
		try (Timers timers = new Timers()) {
			RedisGateway nowhere = gateway(1, timers);
			assertThatExceptionOfType(RedisUnavailableException.class)
				.isThrownBy(() -> nowhere.await(nowhere.execute(COUNT, List.of("k:{1}"))));
		}
	}

	@Test
	void opensTheBreakerAndFailsAtOnce() {
		try (Timers timers = new Timers()) {
			RedisGateway nowhere = gateway(1, timers);
			AtomicBoolean open = new AtomicBoolean();
			nowhere.breaker().onChange(open::set);
			Awaitility.await().until(() -> {
				nowhere.execute(COUNT, List.of("k:{1}")).toCompletableFuture().exceptionally((failure) -> 0L).join();
				return open.get();
			});
			assertThat(nowhere.execute(COUNT, List.of("k:{1}")).toCompletableFuture()).isCompletedExceptionally();
		}
	}

	@Test
	void closesTheBreakerWhenItsOwnPingIsAnswered() {
		RedisUnavailableException failure = Breaker.rejection();
		IntStream.range(0, Breaker.WINDOW).forEach((i) -> this.gateway.breaker().unanswered(failure));
		assertThat(this.gateway.breaker().isOpen()).isTrue();
		Awaitility.await().until(() -> !this.gateway.breaker().isOpen());
		assertThat(count("after-outage")).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "LOADING Redis is loading the dataset in memory",
			"READONLY You can't write against a read only replica. script: 1, on @user_script:1.",
			"ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You can't write",
			"BUSY Redis is busy running a script.", "MISCONF Redis is configured to save RDB snapshots",
			"NOREPLICAS Not enough good replicas to write.",
			"OOM command not allowed when used memory > 'maxmemory'." })
	void aServerThatCannotServeIsAnOutage(String error) {
		CompletableFuture<String> refused = CompletableFuture.failedFuture(new RedisCommandExecutionException(error));
		assertThatExceptionOfType(RedisUnavailableException.class)
			.isThrownBy(() -> this.gateway.await(this.gateway.command((redis) -> refused)))
			.withMessageContaining(error);
		assertThat(this.gateway.breaker().isOpen()).isFalse();
	}

	@Test
	void anErrorOfACommandIsNoOutage() {
		IntStream.range(0, 2 * Breaker.WINDOW)
			.mapToObj((i) -> this.gateway.execute(FAIL, List.of("k:{1}")).toCompletableFuture())
			.forEach((call) -> assertThat(call).failsWithin(Duration.ofSeconds(10)));
		assertThat(this.gateway.breaker().isOpen()).isFalse();
	}

	@Test
	void keepsTheInterruptOfAWaitingThread() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(RedisUnavailableException.class)
			.isThrownBy(() -> this.gateway.await(new CompletableFuture<>()))
			.withMessageContaining("Interrupted");
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void refusesToWaitForItself() throws InterruptedException {
		CompletableFuture<Throwable> refused = new CompletableFuture<>();
		Thread driver = new Thread(() -> this.gateway.await(new CompletableFuture<>()), "lettuce-test");
		driver.setUncaughtExceptionHandler((thread, failure) -> refused.complete(failure));
		driver.start();
		driver.join();
		assertThat(refused.join()).isInstanceOf(IllegalStateException.class)
			.hasMessageContaining("thread of the driver");
	}

	@Test
	void returnsToAThreadThatWaitsWhenACallIsOver() {
		RedisGateway waiting = this.gateway.waiting();
		CompletionStage<Thread> goesOn = waiting.execute(COUNT, List.of(key("waiting")))
			.thenApply((count) -> Thread.currentThread());
		assertThat(goesOn.toCompletableFuture()).isCompletedWithValue(Thread.currentThread());
		assertThat(waiting.execute(FAIL, List.of("k:{1}")).toCompletableFuture()).isCompletedExceptionally();
		assertThat(waiting.withTimeout(Duration.ofMillis(50)).command((redis) -> new CompletableFuture<>()))
			.as("its deadline is over")
			.isCompletedExceptionally();
	}

	@Test
	void givesAThreadThatIsInterruptedTheCallUnderWay() {
		Thread.currentThread().interrupt();
		CompletionStage<?> call = this.gateway.waiting().command((redis) -> new CompletableFuture<>());
		assertThat(Thread.interrupted()).isTrue();
		assertThat(call.toCompletableFuture()).isNotDone();
	}

	@Test
	void givesAThreadOfTheDriverTheCallUnderWay() throws InterruptedException {
		CompletableFuture<CompletionStage<?>> called = new CompletableFuture<>();
		Thread driver = new Thread(
				() -> called.complete(this.gateway.waiting().command((redis) -> new CompletableFuture<>())),
				"lettuce-test");
		driver.start();
		driver.join();
		assertThat(called.join().toCompletableFuture()).isNotDone();
	}

	@Test
	void connectsAgainAfterItWasStopped() {
		count("stopped");
		this.gateway.stop();
		assertThat(count("stopped")).isEqualTo(2);
	}

	@Test
	void keepsTheOrderOfCallsMadeWhileConnecting() {
		byte[] key = RedisGateway.utf8(key("order"));
		this.gateway.stop();
		List<CompletionStage<Long>> pushed = IntStream.range(0, 500)
			.mapToObj((i) -> this.gateway.command((redis) -> redis.rpush(key, RedisGateway.utf8(String.valueOf(i)))))
			.toList();
		pushed.forEach(this.gateway::await);
		this.gateway.await(this.gateway.command((redis) -> redis.pexpire(key, 60_000)));
		assertThat(this.redis.commands().lrange(key("order"), 0, -1))
			.containsExactlyElementsOf(IntStream.range(0, 500).mapToObj(String::valueOf).toList());
	}

	@Test
	void completesWaitingCallsWhenTheClockStops() {
		Timers timers = new Timers();
		CompletableFuture<?> pause = timers.pause(Duration.ofDays(1));
		timers.close();
		assertThat(pause).succeedsWithin(Duration.ofSeconds(10));
	}

	@Test
	void saysThatTheApplicationEnds() {
		Timers timers = new Timers();
		RedisGateway ended = gateway(1, timers);
		timers.close();
		assertThatExceptionOfType(RedisUnavailableException.class)
			.isThrownBy(() -> ended.await(ended.execute(COUNT, List.of("k:{1}"))))
			.withMessageContaining("this application ends");
	}

	@Test
	void callsForEachSubscriptionAndGoesOnElsewhere() {
		byte[] key = RedisGateway.utf8(this.redis.keys().key("mono"));
		Mono<Long> call = RedisGateway.mono(() -> this.gateway.command((redis) -> redis.incr(key)));
		assertThat(call.block()).isEqualTo(1);
		assertThat(call.map((count) -> Thread.currentThread().getName()).block()).startsWith("parallel-");
		assertThat(call.block()).isEqualTo(3);
		this.gateway.await(this.gateway.command((redis) -> redis.del(key)));
	}

	@Test
	void namesADedicatedConnection() {
		try (DedicatedConnection connection = this.gateway.open("test-waiter")) {
			connection.commands().ping().toCompletableFuture().join();
			assertThat(this.redis.commands().clientList()).contains("name=test-waiter");
		}
		Awaitility.await().until(() -> !this.redis.commands().clientList().contains("name=test-waiter"));
	}

	@Test
	void keepsTheNameWhenTheConnectionWasLost() {
		try (DedicatedConnection connection = this.gateway.open("test-lost")) {
			Awaitility.await().until(() -> this.redis.commands().clientList().contains("name=test-lost"));
			long id = connection.commands().clientId().toCompletableFuture().join();
			this.redis.commands().clientKill(KillArgs.Builder.id(id));
			Awaitility.await().until(() -> connection.commands().clientId().toCompletableFuture().join() != id);
			assertThat(this.redis.commands().clientList()).contains("name=test-lost");
		}
	}

	@Test
	void knowsWhatTheServerCanDo() {
		Capabilities capabilities = this.gateway.await(this.gateway.capabilities());
		assertThat(capabilities.has("getex")).isEqualTo(!this.redis.commands().commandInfo("getex").contains(null));
		assertThat(capabilities.has("NO.SUCH")).isFalse();
		assertThat(this.redis.commandsDuring(() -> this.gateway.await(this.gateway.capabilities()))).isEmpty();
	}

	@Test
	void refusesADeadlineThatIsNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.gateway.withTimeout(Duration.ZERO))
			.withMessageContaining("PT0S");
	}

	private Long count(String name) {
		return this.gateway.await(this.gateway.execute(COUNT, List.of(key(name))));
	}

	private String key(String name) {
		return this.redis.keys().key(name);
	}

	private static RedisGateway gateway(int port, Timers timers) {
		LettuceConnectionFactory factory = Redis.connect("127.0.0.1", port);
		return new RedisGateway(factory, Duration.ofMillis(100), timers);
	}

}
