package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.BeanFactoryTransactionAttributeSourceAdvisor;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.transaction.support.TransactionTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.redispatterns.annotation.InvalidAnnotationException;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(RedisExtension.class)
class AnnotatedTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private final GenericApplicationContext context = new GenericApplicationContext();

	private final Redis redis;

	private final Locks locks;

	AnnotatedTests(Redis redis) {
		this.redis = redis;
		this.locks = new Locks(redis.gateway(), redis.keys(), "test", LockSettings.ofDefaults(),
				ForkJoinPool.commonPool());
		this.context.registerBean(DefaultAdvisorAutoProxyCreator.class, DefaultAdvisorAutoProxyCreator::new);
		this.context.registerBean(LockAdvisor.class, () -> new LockAdvisor(() -> this.locks, this.context));
	}

	@AfterEach
	void close() {
		this.context.close();
		this.locks.stop();
	}

	@Test
	void entersItsOwnLockAgain() {
		Work work = start(Work.class, Work::new);
		assertThat(work.outer(() -> work.outer(() -> "inner"))).isEqualTo("inner");
		assertThat(this.locks.get("outer").holder()).isEmpty();
	}

	@Test
	void handsOutHandleAndToken() {
		Work work = start(Work.class, Work::new);
		assertThat(work.token("a", 0, null)).isPositive();
	}

	@Test
	void skipsOrFallsBackWhenBusy() {
		Work work = start(Work.class, Work::new);
		try (LockHandle skip = this.locks.get("skip").acquire();
				LockHandle fallback = this.locks.get("other").acquire()) {
			assertThat(work.skipped()).isEmpty();
			assertThat(work.replaced("x")).isEqualTo("instead of x: other");
			assertThat(skip.isValid() && fallback.isValid()).isTrue();
		}
		assertThat(work.skipped()).contains("done");
		assertThat(work.replaced("x")).isEqualTo("x");
	}

	@Test
	void holdsTheLockUntilTheStageIsDone() {
		Work work = start(Work.class, Work::new);
		CompletableFuture<String> outcome = new CompletableFuture<>();
		CompletableFuture<String> call = work.stage(outcome);
		Awaitility.await().until(() -> this.locks.get("stage").holder().isPresent());
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> work.stage(outcome).join())
			.withCauseInstanceOf(LockNotAcquiredException.class);
		outcome.complete("done");
		assertThat(call).succeedsWithin(LONG).isEqualTo("done");
		assertThat(this.locks.get("stage").holder()).isEmpty();
	}

	@Test
	void releasesTheLockOfAStageThatFails() {
		Work work = start(Work.class, Work::new);
		CompletableFuture<String> call = work
			.stage(CompletableFuture.failedFuture(new UnsupportedOperationException()));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(call::join)
			.withCauseInstanceOf(UnsupportedOperationException.class);
		assertThat(this.locks.get("stage").holder()).isEmpty();
	}

	@Test
	void holdsTheLockUntilThePublisherEnds() {
		Work work = start(Work.class, Work::new);
		Mono<Boolean> mono = work.mono(() -> this.locks.get("reactive").holder().isPresent());
		assertThat(this.locks.get("reactive").holder()).as("not before it is subscribed to").isEmpty();
		assertThat(mono.block(LONG)).isTrue();
		assertThat(this.locks.get("reactive").holder()).isEmpty();
		assertThat(work.flux().collectList().block(LONG)).containsExactly(1, 2, 3);
		assertThat(this.locks.get("reactive").holder()).isEmpty();
		try (LockHandle held = this.locks.get("reactive").acquire()) {
			assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> mono.block(LONG));
			assertThat(work.flux().collectList().block(LONG)).as("skipped").isEmpty();
			assertThat(held.isValid()).isTrue();
		}
	}

	@Test
	void releasesTheLockWhenTheSubscriberLeaves() {
		Work work = start(Work.class, Work::new);
		var subscription = work.never().subscribe();
		Awaitility.await().until(() -> this.locks.get("never").holder().isPresent());
		subscription.dispose();
		Awaitility.await().until(() -> this.locks.get("never").holder().isEmpty());
	}

	@Test
	void interruptsWhoLostTheLock() {
		Work work = start(Work.class, Work::new);
		assertThatExceptionOfType(InterruptedException.class)
			.isThrownBy(() -> work.interrupted(() -> steal("interrupted")))
			.satisfies((ex) -> assertThat(ex.getSuppressed()).hasAtLeastOneElementOfType(LockLostException.class));
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void failsAfterTheLockWasLost() {
		Work work = start(Work.class, Work::new);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> work.failing(() -> steal("failing")))
			.satisfies((ex) -> assertThat(ex.name()).isEqualTo("failing"));
	}

	@Test
	void takesOtherKindsOfLocks() {
		Work work = start(Work.class, Work::new);
		assertThat(work.reading(() -> work.permitted(() -> work.fair(() -> "all")))).isEqualTo("all");
		try (LockHandle reader = this.locks.readWrite("rw").read().acquire()) {
			assertThat(work.reading(() -> "beside")).isEqualTo("beside");
			assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> work.writing(() -> "never"));
			assertThat(reader.isValid()).isTrue();
		}
	}

	@Test
	void letsTheNextSeeWhatWasCommitted() {
		DriverManagerDataSource database = new DriverManagerDataSource(
				"jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		JdbcTemplate jdbc = new JdbcTemplate(database);
		jdbc.execute("create table counter (n int)");
		jdbc.execute("insert into counter values (0)");
		DataSourceTransactionManager transactions = new DataSourceTransactionManager(database);
		this.context.registerBean(BeanFactoryTransactionAttributeSourceAdvisor.class, () -> advisor(transactions));
		Counter counter = start(Counter.class, () -> new Counter(jdbc));
		TransactionTemplate outer = new TransactionTemplate(transactions);
		CompletableFuture<?>[] all = new CompletableFuture<?>[6];
		for (int i = 0; i < all.length; i++) {
			boolean inTransaction = i % 2 == 0;
			all[i] = CompletableFuture.runAsync(() -> {
				for (int round = 0; round < 20; round++) {
					if (inTransaction) {
						outer.executeWithoutResult((status) -> counter.increment());
					}
					else {
						counter.increment();
					}
				}
			}, (task) -> new Thread(task).start());
		}
		assertThat(CompletableFuture.allOf(all)).succeedsWithin(LONG);
		assertThat(jdbc.queryForObject("select n from counter", Integer.class)).isEqualTo(120);
	}

	@Test
	void refusesWhatCannotWork() {
		refuses(SkippedPrimitive.class, SkippedPrimitive::new, "onBusy = \"SKIP\"", "no int to return");
		refuses(NoFallback.class, NoFallback::new, "fallback = \"missing\"", "no such method");
		refuses(InterruptedStage.class, InterruptedStage::new, "onLost = \"INTERRUPT\"", "no thread");
		refuses(TextToken.class, TextToken::new, "parameter", "is a long but the parameter is a String");
		refuses(NoPermits.class, NoPermits::new, "permits = \"0\"", "at least 1");
	}

	private static BeanFactoryTransactionAttributeSourceAdvisor advisor(DataSourceTransactionManager transactions) {
		AnnotationTransactionAttributeSource attributes = new AnnotationTransactionAttributeSource(false);
		BeanFactoryTransactionAttributeSourceAdvisor advisor = new BeanFactoryTransactionAttributeSourceAdvisor();
		advisor.setTransactionAttributeSource(attributes);
		advisor.setAdvice(new TransactionInterceptor(transactions, attributes));
		return advisor;
	}

	private void steal(String name) {
		this.redis.commands().del(this.redis.keys().key(name));
	}

	private <T> void refuses(Class<T> type, Supplier<T> bean, String... messages) {
		try (GenericApplicationContext other = new GenericApplicationContext()) {
			other.registerBean(DefaultAdvisorAutoProxyCreator.class, DefaultAdvisorAutoProxyCreator::new);
			other.registerBean(LockAdvisor.class, () -> new LockAdvisor(() -> this.locks, other));
			other.registerBean(type, bean);
			assertThatExceptionOfType(BeanCreationException.class).isThrownBy(other::refresh)
				.havingCause()
				.isInstanceOf(InvalidAnnotationException.class)
				.satisfies((cause) -> assertThat(cause.getMessage()).contains(messages));
		}
	}

	private <T> T start(Class<T> type, Supplier<T> bean) {
		this.context.registerBean(type, bean);
		this.context.refresh();
		return this.context.getBean(type);
	}

	static class Work {

		@DistributedLock(name = "outer")
		String outer(Supplier<String> work) {
			return work.get();
		}

		@DistributedLock(name = "token", key = "#name")
		long token(String name, @FencingToken long token, @Nullable LockHandle handle) {
			return (handle != null && handle.fencingToken() == token) ? token : -1;
		}

		@DistributedLock(name = "skip", onBusy = OnBusy.SKIP)
		Optional<String> skipped() {
			return Optional.of("done");
		}

		@DistributedLock(name = "other", onBusy = OnBusy.FALLBACK, fallback = "instead")
		Object replaced(String text) {
			return text;
		}

		private String instead(String text, LockNotAcquiredException busy) {
			return "instead of " + text + ": " + busy.name();
		}

		@DistributedLock(name = "stage")
		CompletableFuture<String> stage(CompletableFuture<String> outcome) {
			return outcome;
		}

		@DistributedLock(name = "reactive")
		Mono<Boolean> mono(Supplier<Boolean> work) {
			return Mono.fromSupplier(work);
		}

		@DistributedLock(name = "reactive", onBusy = OnBusy.SKIP)
		Flux<Integer> flux() {
			return Flux.just(1, 2, 3);
		}

		@DistributedLock(name = "never")
		Mono<String> never() {
			return Mono.never();
		}

		@DistributedLock(name = "interrupted", onLost = OnLost.INTERRUPT)
		void interrupted(Runnable loss) throws InterruptedException {
			loss.run();
			// Work that only the interrupt ends: the test fails where it comes to its
			// end.
			TimeUnit.MINUTES.sleep(1);
		}

		@DistributedLock(name = "failing", onLost = OnLost.FAIL_AFTER)
		String failing(Runnable loss) {
			loss.run();
			return "done";
		}

		@DistributedLock(name = "fair", kind = LockKind.FAIR)
		String fair(Supplier<String> work) {
			return work.get();
		}

		@DistributedLock(name = "rw", kind = LockKind.READ)
		String reading(Supplier<String> work) {
			return work.get();
		}

		@DistributedLock(name = "rw", kind = LockKind.WRITE)
		String writing(Supplier<String> work) {
			return work.get();
		}

		@DistributedLock(name = "permitted", kind = LockKind.SEMAPHORE, permits = 2)
		String permitted(Supplier<String> work) {
			return work.get();
		}

	}

	static class Counter {

		private final JdbcTemplate jdbc;

		Counter(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Transactional
		@DistributedLock(name = "counter", maxWait = "20s")
		void increment() {
			Integer n = this.jdbc.queryForObject("select n from counter", Integer.class);
			this.jdbc.update("update counter set n = ?", (n != null) ? n + 1 : 0);
		}

	}

	static class SkippedPrimitive {

		@DistributedLock(onBusy = OnBusy.SKIP)
		int call() {
			return 1;
		}

	}

	static class NoFallback {

		@DistributedLock(onBusy = OnBusy.FALLBACK, fallback = "missing")
		void call() {
		}

	}

	static class InterruptedStage {

		@DistributedLock(onLost = OnLost.INTERRUPT)
		CompletableFuture<String> call() {
			return new CompletableFuture<>();
		}

	}

	static class TextToken {

		@DistributedLock
		void call(@FencingToken String token) {
		}

	}

	static class NoPermits {

		@DistributedLock(permits = 0)
		void call() {
		}

	}

}
