package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.devservices.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ScopeTests extends TwoNodes {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static final int CYCLES = Integer.getInteger("redis-patterns.lock.cycles", 10_000);

	ScopeTests(RedisServer server) {
		super(server);
	}

	@Test
	void entersAgainWithTheSameToken() {
		LockScope scope = new LockScope();
		NamedLock lock = scope.reentrant(lock("again"));
		LockHandle outer = lock.acquire();
		LockHandle inner = lock.acquire();
		assertThat(inner.fencingToken()).isEqualTo(outer.fencingToken());
		assertThat(scope.holds(lock)).isEqualTo(2);
		assertThat(outer.release()).isTrue();
		assertThat(outer.state()).isEqualTo(LockState.RELEASED);
		assertThat(inner.isValid()).isTrue();
		assertThat(lock("again").tryAcquire()).isEmpty();
		assertThatIllegalStateException().isThrownBy(outer::release);
		assertThat(inner.release()).isTrue();
		assertThat(scope.holds(lock)).isZero();
		assertThat(lock("again").tryAcquire()).isPresent();
	}

	@Test
	void isNotTheSameForAnotherScope() {
		try (LockHandle held = new LockScope().reentrant(lock("other")).acquire()) {
			assertThat(new LockScope().reentrant(lock("other")).tryAcquire()).isEmpty();
			assertThat(held.isValid()).isTrue();
		}
	}

	@Test
	void acquiresAnewWhatWasLost() {
		LockScope scope = new LockScope();
		NamedLock lock = scope.reentrant(lock("lost"))
			.with(LockSettings.ofDefaults().withFixedHold(Duration.ofMillis(30)));
		LockHandle outer = lock.acquire();
		Awaitility.await().until(() -> !outer.isValid());
		LockHandle inner = lock.acquire(LONG);
		assertThat(inner.fencingToken()).isGreaterThan(outer.fencingToken());
		assertThat(outer.release()).isFalse();
		assertThat(inner.isValid() || inner.state() == LockState.LOST).isTrue();
	}

	@Test
	void isALockOfThreads() throws Exception {
		Lock view = lock("thread").asLock();
		view.lock();
		assertThat(lock("thread").asLock().tryLock()).as("another view of the same").isTrue();
		assertThat(elsewhere(() -> lock("thread").asLock().tryLock(50, TimeUnit.MILLISECONDS))).isFalse();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> elsewhere(() -> {
			view.unlock();
			return true;
		})).withCauseInstanceOf(IllegalMonitorStateException.class);
		view.unlock();
		view.unlock();
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(view::unlock);
		assertThat(elsewhere(view::tryLock)).isTrue();
	}

	@Test
	void saysThatAThreadHasLostItsLock() {
		Lock view = lock("lost").asLock();
		view.lock();
		this.server.command("DEL", "locks:{lost}");
		assertThatExceptionOfType(LockLostException.class).isThrownBy(view::unlock).withMessageContaining("'lost'");
	}

	@Test
	void isInterruptedAsAThreadExpects() throws Exception {
		Lock view = lock("interrupted").asLock();
		view.lock();
		CompletableFuture<Boolean> flag = new CompletableFuture<>();
		Thread waiting = new Thread(() -> {
			try {
				view.lockInterruptibly();
			}
			catch (InterruptedException ex) {
				flag.complete(Thread.currentThread().isInterrupted());
			}
		});
		waiting.start();
		Awaitility.await()
			.until(() -> waiting.getState() == Thread.State.WAITING
					|| waiting.getState() == Thread.State.TIMED_WAITING);
		waiting.interrupt();
		assertThat(flag).succeedsWithin(LONG).isEqualTo(false);
		view.unlock();
	}

	@Test
	void isALockOfSpringIntegration() throws Exception {
		LocksLockRegistry registry = new LocksLockRegistry(this.here.locks());
		boolean held = registry.executeLocked("integration", () -> lock("integration").holder().isPresent());
		assertThat(held).isTrue();
		assertThat(lock("integration").holder()).isEmpty();
	}

	@Test
	void leavesNothingBehindAfterRandomCycles() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(8);
		Future<?>[] all = new Future<?>[8];
		for (int i = 0; i < all.length; i++) {
			int seed = i;
			all[i] = threads.submit(() -> cycles(new Random(seed), CYCLES / 8));
		}
		for (Future<?> one : all) {
			one.get();
		}
		threads.shutdown();
		Awaitility.await().atMost(LONG).untilAsserted(() -> {
			assertThat(this.here.locks().engine().gates()).isZero();
			assertThat(this.here.locks().status()).as("locks that this JVM has or waits for").isEmpty();
			assertThat(this.server.command("KEYS", "locks:{cycle?}")).asString().isEqualTo("[]");
			assertThat(this.here.timers()).as("timers, but for a few of the breaker").isLessThan(5);
		});
		assertThat(this.server.command("KEYS", "locks:*:queue")).asString().isEqualTo("[]");
	}

	private void cycles(Random random, int count) {
		LockScope scope = new LockScope();
		for (int i = 0; i < count; i++) {
			NamedLock lock = scope.reentrant(lock("cycle" + random.nextInt(4)))
				.with(LockSettings.ofDefaults().withLease(Duration.ofMillis(500 + random.nextInt(500))));
			if (random.nextInt(10) == 0) {
				Thread.currentThread().interrupt();
			}
			try {
				lock.tryAcquire(Duration.ofMillis(random.nextInt(20)))
					.ifPresent((handle) -> reenter(lock, handle, random));
			}
			catch (RedisUnavailableException ex) {
				// Interrupted, or no answer within so short a wait.
				assertThat(Thread.interrupted()).isEqualTo(ex.getCause() instanceof InterruptedException);
			}
			Thread.interrupted();
		}
	}

	private static void reenter(NamedLock lock, LockHandle outer, Random random) {
		Thread.interrupted();
		try (outer) {
			if (random.nextInt(3) == 0) {
				lock.acquire(LONG).releaseAsync();
			}
		}
	}

	private NamedLock lock(String name) {
		return this.here.locks().get(name);
	}

	private static boolean elsewhere(Callable<Boolean> call) throws Exception {
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			return thread.submit(call).get();
		}
		finally {
			thread.shutdown();
		}
	}

}
