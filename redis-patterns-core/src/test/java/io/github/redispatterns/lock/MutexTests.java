package io.github.redispatterns.lock;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@ExtendWith(RedisExtension.class)
class MutexTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration SHORT = Duration.ofMillis(200);

	private final Redis redis;

	private final Locks here;

	private final Locks there;

	private int unguarded;

	MutexTests(Redis redis) {
		this.redis = redis;
		this.here = node("here");
		this.there = node("there");
	}

	@Test
	void isHeldByOneAtATime() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(8);
		List<Future<?>> workers = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			NamedLock mutex = ((i % 2 == 0) ? this.here : this.there).get("counter");
			workers.add(threads.submit(() -> countTo(mutex, 25)));
		}
		for (Future<?> worker : workers) {
			worker.get();
		}
		threads.shutdown();
		assertThat(this.unguarded).isEqualTo(200);
	}

	@Test
	void isBusyForOthersWhileHeld() {
		try (LockHandle handle = this.here.get("busy").acquire(Duration.ZERO)) {
			assertThat(handle.isValid()).isTrue();
			assertThat(this.there.get("busy").tryAcquire()).isEmpty();
			assertThat(this.here.get("busy").tryAcquire()).isEmpty();
		}
		assertThat(this.there.get("busy").tryAcquire()).isPresent();
	}

	@Test
	void givesUpAtTheDeadline() {
		try (LockHandle handle = this.here.get("deadline").acquire(Duration.ZERO)) {
			assertThat(handle.remaining()).isPositive();
			assertThat(this.there.get("deadline").tryAcquire(SHORT)).isEmpty();
			assertThatExceptionOfType(LockNotAcquiredException.class)
				.isThrownBy(() -> this.there.get("deadline").acquire(SHORT))
				.withMessageContaining("'deadline'")
				.satisfies((ex) -> assertThat(ex.name()).isEqualTo("deadline"));
		}
	}

	@Test
	void isGivenToTheWaitingOneWhenReleased() {
		LockHandle first = this.here.get("waiting").acquire(Duration.ZERO);
		CompletableFuture<Optional<LockHandle>> waiting = this.there.get("waiting")
			.tryAcquireAsync(LONG)
			.toCompletableFuture();
		assertThat(waiting).isNotDone();
		first.close();
		assertThat(waiting).succeedsWithin(LONG).satisfies((handle) -> assertThat(handle).isPresent());
	}

	@Test
	void isFreeWhenTheLeaseEnds() {
		LockHandle lost = this.here.get("lease")
			.with(LockSettings.ofDefaults().withFixedHold(Duration.ofMillis(50)))
			.acquire(Duration.ZERO);
		LockHandle next = this.there.get("lease").acquire(LONG);
		assertThat(lost.isValid()).isFalse();
		assertThat(lost.remaining()).isZero();
		assertThat(lost.release()).isFalse();
		assertThat(next.release()).as("the late release must leave the next holder alone").isTrue();
	}

	@Test
	void refusesASecondReleaseByName() {
		LockHandle handle = this.here.get("twice").acquire(Duration.ZERO);
		assertThat(handle.release()).isTrue();
		assertThat(handle.isValid()).isFalse();
		assertThatIllegalStateException().isThrownBy(handle::release).withMessageContaining("'twice'");
		handle.close();
	}

	@Test
	void leavesNothingLockedWhenAWaitingThreadIsInterrupted() throws Exception {
		LockHandle first = this.here.get("interrupted").acquire(Duration.ZERO);
		CountDownLatch waiting = new CountDownLatch(1);
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			waiting.countDown();
			try {
				this.there.get("interrupted").tryAcquire(LONG);
			}
			catch (RedisUnavailableException ex) {
				interrupted.complete(Thread.currentThread().isInterrupted());
			}
		});
		thread.start();
		waiting.await();
		thread.interrupt();
		assertThat(interrupted).succeedsWithin(LONG).isEqualTo(true);
		first.close();
		Awaitility.await().untilAsserted(() -> assertThat(this.here.get("interrupted").holder()).isEmpty());
	}

	@Test
	void takesTwoCommands() {
		this.here.get("commands").acquire(Duration.ZERO).close();
		assertThat(this.redis.commandsDuring(() -> this.here.get("commands").acquire(Duration.ZERO).close()))
			.containsEntry("evalsha", 2L);
	}

	@Test
	void tellsWhoHoldsIt() {
		assertThat(this.there.get("who").holder()).isEmpty();
		Instant before = Instant.now();
		try (LockHandle handle = this.here.get("who").acquire(Duration.ZERO)) {
			assertThat(this.there.get("who").holder()).hasValueSatisfying((holder) -> {
				assertThat(holder.node()).isEqualTo("here");
				assertThat(holder.remaining()).isPositive().isLessThanOrEqualTo(LONG);
				assertThat(holder.since()).isBetween(before.minusMillis(1), Instant.now());
				assertThat(holder.waitingNodes()).isZero();
			});
			assertThat(handle.name()).isEqualTo("who");
		}
	}

	@Test
	void takesStrangeNames() {
		for (String name : List.of("", "{", "*", "a\nb", "x".repeat(10_000))) {
			this.here.get(name).acquire(Duration.ZERO).close();
		}
		assertThat(this.redis.keysWithTtl()).doesNotContainKey("");
	}

	@Test
	void refusesALeaseOrWaitThatIsNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> LockSettings.ofDefaults().withLease(Duration.ZERO))
			.withMessageContaining("PT0S");
		assertThatIllegalArgumentException().isThrownBy(() -> this.here.get("a").tryAcquire(Duration.ofMillis(-1)))
			.withMessageContaining("negative");
	}

	private void countTo(NamedLock mutex, int times) {
		for (int i = 0; i < times; i++) {
			try (LockHandle handle = mutex.acquire(LONG)) {
				int read = this.unguarded;
				Thread.yield();
				this.unguarded = read + 1;
				assertThat(handle.isValid()).isTrue();
			}
		}
	}

	private Locks node(String name) {
		return new Locks(this.redis.gateway(), this.redis.keys(), name, LockSettings.ofDefaults(),
				ForkJoinPool.commonPool());
	}

}
