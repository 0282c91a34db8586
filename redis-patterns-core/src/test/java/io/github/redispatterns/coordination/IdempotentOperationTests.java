package io.github.redispatterns.coordination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@ExtendWith(RedisExtension.class)
class IdempotentOperationTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration SHORT_LEASE = Duration.ofSeconds(1);

	private final Redis redis;

	private final IdempotentOperations operations;

	private final AtomicInteger executions = new AtomicInteger();

	IdempotentOperationTests(Redis redis) {
		this.redis = redis;
		this.operations = new IdempotentOperations(redis.gateway(), redis.keys(), PayloadPipeline.of(redis.codec()),
				IdempotencySettings.ofDefaults(), ForkJoinPool.commonPool());
	}

	@Test
	void isExecutedOnceAndAnsweredAgain() {
		IdempotentOperation<Receipt> pay = this.operations.get("pay", Receipt.class);
		assertThat(pay.run("order:1", () -> receipt(5))).isEqualTo(new Receipt(1, 5));
		assertThat(pay.run("order:1", () -> receipt(5))).isEqualTo(new Receipt(1, 5));
		assertThat(pay.run("order:2", () -> receipt(5))).isEqualTo(new Receipt(2, 5));
	}

	@Test
	void isExecutedByOneOfAHundredThatAskAtOnce() throws Exception {
		IdempotentOperation<Receipt> pay = patient("hundred");
		ExecutorService threads = Executors.newFixedThreadPool(20);
		List<Future<Receipt>> answers = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			answers.add(threads.submit(() -> pay.run("order", () -> receipt(7))));
		}
		for (Future<Receipt> answer : answers) {
			assertThat(answer.get()).isEqualTo(new Receipt(1, 7));
		}
		threads.shutdown();
		assertThat(this.executions).hasValue(1);
	}

	@Test
	void isRefusedWhileAnotherExecutesIt() throws Exception {
		IdempotentOperation<Receipt> pay = this.operations.get("busy", Receipt.class);
		CountDownLatch begun = new CountDownLatch(1);
		CompletableFuture<Receipt> work = new CompletableFuture<>();
		CompletableFuture<Receipt> first = pay.runAsync("order", () -> {
			begun.countDown();
			return work;
		}).toCompletableFuture();
		begun.await();
		assertThatExceptionOfType(OperationInFlightException.class).isThrownBy(() -> pay.run("order", () -> receipt(1)))
			.withMessageContaining("'busy'");
		work.complete(new Receipt(9, 9));
		assertThat(first).succeedsWithin(LONG).isEqualTo(new Receipt(9, 9));
		assertThat(pay.run("order", () -> receipt(1))).isEqualTo(new Receipt(9, 9));
	}

	@Test
	void refusesAKeyThatIsUsedForSomethingElse() {
		IdempotentOperation<Receipt> pay = this.operations.get("reused", Receipt.class);
		pay.run("order", "5 EUR", () -> receipt(5));
		assertThatExceptionOfType(KeyReusedException.class)
			.isThrownBy(() -> pay.run("order", "6 EUR", () -> receipt(6)));
		assertThat(this.executions).hasValue(1);
	}

	@Test
	void isExecutedAgainAfterAnException() {
		IdempotentOperation<Receipt> pay = this.operations.get("failing", Receipt.class);
		assertThatIllegalStateException().isThrownBy(() -> pay.run("order", this::fail)).withMessage("broke");
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.redis.gateway().await(pay.runAsync("order", () -> {
				throw new IllegalStateException("broke again");
			})));
		assertThat(pay.run("order", () -> receipt(5))).isEqualTo(new Receipt(1, 5));
	}

	@Test
	void keepsExceptionsThatAreAnswers() {
		IdempotentOperation<Receipt> pay = this.operations.get("declined", Receipt.class)
			.with(IdempotencySettings.ofDefaults().withStoredFailures(Set.of(IllegalStateException.class)));
		assertThatIllegalStateException().isThrownBy(() -> pay.run("order", this::fail));
		assertThatExceptionOfType(StoredFailureException.class).isThrownBy(() -> pay.run("order", () -> receipt(5)))
			.withMessageContaining("broke")
			.satisfies((ex) -> assertThat(ex.type()).isEqualTo(IllegalStateException.class.getName()));
		assertThat(this.executions).hasValue(0);
	}

	@Test
	void keepsNothingAsAnAnswer() {
		IdempotentOperation<Receipt> pay = this.operations.get("nothing", Receipt.class);
		assertThat(pay.run("order", () -> {
			this.executions.incrementAndGet();
			return null;
		})).isNull();
		assertThat(pay.run("order", () -> receipt(1))).isNull();
		assertThat(this.executions).hasValue(1);
	}

	@Test
	void answersWithGenericTypes() {
		IdempotentOperation<List<Receipt>> pay = this.operations.get("list",
				ResolvableType.forClassWithGenerics(List.class, Receipt.class));
		pay.run("order", () -> List.of(receipt(1)));
		assertThat(pay.run("order", List::of)).containsExactly(new Receipt(1, 1));
	}

	@Test
	void staysClaimedWhileItIsExecutedForLongerThanTheLease() throws Exception {
		IdempotentOperation<Receipt> pay = this.operations.get("long", Receipt.class)
			.with(IdempotencySettings.ofDefaults().withLease(SHORT_LEASE));
		CompletableFuture<Receipt> work = new CompletableFuture<>();
		CompletableFuture<Receipt> first = pay.runAsync("order", () -> work).toCompletableFuture();
		long begin = System.nanoTime();
		Awaitility.await().until(() -> System.nanoTime() - begin > 2 * SHORT_LEASE.toNanos());
		assertThatExceptionOfType(OperationInFlightException.class)
			.isThrownBy(() -> pay.run("order", () -> receipt(1)));
		work.complete(new Receipt(3, 3));
		assertThat(first).succeedsWithin(LONG);
	}

	@Test
	void isExecutedByTheNextWhenTheExecutorDies() throws Exception {
		try (RedisServer server = DevRedis.start();
				Node dying = new Node(server, KeySpace.of("dying"));
				Node next = new Node(server, KeySpace.of("dying"))) {
			IdempotencySettings settings = IdempotencySettings.ofDefaults().withLease(SHORT_LEASE).withMaxWait(LONG);
			CountDownLatch begun = new CountDownLatch(1);
			dying.operations(settings).get("pay", Receipt.class).runAsync("order", () -> {
				begun.countDown();
				return new CompletableFuture<>();
			});
			begun.await();
			dying.die();
			assertThat(next.operations(settings).get("pay", Receipt.class).run("order", () -> receipt(8)))
				.isEqualTo(new Receipt(1, 8));
		}
	}

	@Test
	void keepsItsAnswerWhenTheClaimExpiredAndNobodyCame() {
		Claims claims = new Claims(this.redis.gateway(), "test");
		String key = this.redis.keys().key("expired");
		Attempt attempt = claims.await(key, new byte[0], LONG, Duration.ZERO);
		this.redis.commands().del(key);
		assertThat(this.redis.gateway().await(claimOf(attempt).complete(new byte[] { 1 }, LONG))).isTrue();
		assertThat(claims.await(key, new byte[0], LONG, Duration.ZERO)).isInstanceOf(Attempt.Answered.class);
	}

	@Test
	void leavesTheClaimAndTheAnswerOfAnotherAlone() {
		Claims claims = new Claims(this.redis.gateway(), "test");
		String key = this.redis.keys().key("stolen");
		Claim first = claimOf(claims.await(key, new byte[0], LONG, Duration.ZERO));
		this.redis.commands().del(key);
		Claim second = claimOf(claims.await(key, new byte[0], LONG, Duration.ZERO));
		assertThat(this.redis.gateway().await(first.complete(new byte[] { 1 }, LONG))).isFalse();
		assertThat(this.redis.gateway().await(first.release())).isFalse();
		assertThat(this.redis.gateway().await(second.complete(new byte[] { 2 }, LONG))).isTrue();
		assertThat(this.redis.gateway().await(second.release())).isFalse();
		assertThat(claims.await(key, new byte[0], LONG, Duration.ZERO)).isInstanceOfSatisfying(Attempt.Answered.class,
				(answered) -> assertThat(answered.answer()).containsExactly(2));
	}

	@Test
	void isExecutedAgainWhenForgotten() {
		IdempotentOperation<Receipt> pay = this.operations.get("forgotten", Receipt.class);
		pay.run("order", () -> receipt(1));
		assertThat(pay.forget("order")).isTrue();
		assertThat(pay.forget("order")).isFalse();
		assertThat(pay.run("order", () -> receipt(1))).isEqualTo(new Receipt(2, 1));
	}

	@Test
	void takesTwoCommandsAndOneToAnswerAgain() {
		IdempotentOperation<Receipt> pay = this.operations.get("commands", Receipt.class);
		pay.run("warm", () -> receipt(1));
		assertThat(this.redis.commandsDuring(() -> pay.run("order", () -> receipt(1)))).containsEntry("evalsha", 2L);
		assertThat(this.redis.commandsDuring(() -> pay.run("order", () -> receipt(1)))).containsEntry("evalsha", 1L);
	}

	@Test
	void failsUnexecutedOrGoesOnWhileRedisIsDown() throws Exception {
		try (RedisServer server = DevRedis.start(); Node node = new Node(server, KeySpace.of("down"))) {
			IdempotentOperation<Receipt> pay = node.operations(IdempotencySettings.ofDefaults())
				.get("pay", Receipt.class);
			pay.run("warm", () -> receipt(1));
			server.pause();
			assertThatExceptionOfType(RedisUnavailableException.class)
				.isThrownBy(() -> pay.run("order", () -> receipt(1)));
			assertThat(this.executions).hasValue(1);
			assertThat(pay.with(IdempotencySettings.ofDefaults().withOnRedisFailure(OnRedisFailure.OPEN))
				.run("order", () -> receipt(1))).isEqualTo(new Receipt(2, 1));
		}
	}

	@Test
	void keepsTheAnswerOnceRedisIsBack() throws Exception {
		try (RedisServer server = DevRedis.start(); Node node = new Node(server, KeySpace.of("back"))) {
			IdempotentOperation<Receipt> pay = node.operations(IdempotencySettings.ofDefaults())
				.get("pay", Receipt.class);
			pay.run("warm", () -> receipt(1));
			assertThat(pay.run("order", () -> {
				server.pause();
				return receipt(5);
			})).isEqualTo(new Receipt(2, 5));
			server.resume();
			Awaitility.await()
				.ignoreExceptions()
				.untilAsserted(() -> assertThat(pay.run("order", () -> receipt(6))).isEqualTo(new Receipt(2, 5)));
		}
	}

	@Test
	void leavesNothingClaimedWhenAWaitingThreadIsInterrupted() throws Exception {
		IdempotentOperation<Receipt> pay = patient("interrupted");
		CompletableFuture<Receipt> work = new CompletableFuture<>();
		CountDownLatch begun = new CountDownLatch(1);
		pay.runAsync("order", () -> {
			begun.countDown();
			return work;
		});
		begun.await();
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				pay.run("order", () -> receipt(1));
			}
			catch (RedisUnavailableException ex) {
				interrupted.complete(Thread.currentThread().isInterrupted());
			}
		});
		thread.start();
		thread.interrupt();
		assertThat(interrupted).succeedsWithin(LONG).isEqualTo(true);
		work.completeExceptionally(new IllegalStateException("broke"));
		assertThat(pay.run("order", () -> receipt(4))).isEqualTo(new Receipt(1, 4));
	}

	@Test
	void refusesWhatCannotBeReadBackAndSettingsThatAreNone() {
		ResolvableType unreadable = ResolvableType.forClassWithGenerics(Map.class, Receipt.class, String.class);
		assertThatExceptionOfType(RedisPatternsException.class).isThrownBy(() -> this.operations.get("map", unreadable))
			.withMessageContaining("Receipt");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> IdempotencySettings.ofDefaults().withLease(Duration.ofMillis(99)))
			.withMessageContaining("100 ms");
	}

	private IdempotentOperation<Receipt> patient(String name) {
		return this.operations.get(name, Receipt.class).with(IdempotencySettings.ofDefaults().withMaxWait(LONG));
	}

	private static Claim claimOf(Attempt attempt) {
		return ((Attempt.Claimed) attempt).claim();
	}

	private Receipt receipt(int amount) {
		return new Receipt(this.executions.incrementAndGet(), amount);
	}

	private Receipt fail() {
		throw new IllegalStateException("broke");
	}

	record Receipt(int number, int amount) {
	}

}
