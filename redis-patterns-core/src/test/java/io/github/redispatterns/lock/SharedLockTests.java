package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.github.redispatterns.devservices.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SharedLockTests extends TwoNodes {

	private static final Duration LONG = Duration.ofSeconds(20);

	SharedLockTests(RedisServer server) {
		super(server);
	}

	@Test
	void hasManyReadersOrOneWriter() {
		LockHandle one = readWrite(this.here).read().acquire();
		LockHandle two = readWrite(this.there).read().acquire();
		assertThat(readWrite(this.here).write().tryAcquire()).isEmpty();
		assertThat(one.release()).isTrue();
		assertThat(readWrite(this.here).write().tryAcquire()).isEmpty();
		assertThat(two.release()).isTrue();
		LockHandle writer = readWrite(this.there).write().acquire();
		assertThat(writer.fencingToken()).isGreaterThan(two.fencingToken());
		assertThat(readWrite(this.here).read().tryAcquire()).isEmpty();
		assertThat(readWrite(this.here).write().tryAcquire()).isEmpty();
		assertThat(readWrite(this.here).write().holder()).isPresent();
		writer.release();
		assertThat(readWrite(this.here).write().holder()).isEmpty();
	}

	@Test
	void letsNoReaderPastAWaitingWriter() {
		LockHandle reader = readWrite(this.here).read().acquire();
		CompletableFuture<Optional<LockHandle>> writer = waitFor(readWrite(this.there).write());
		awaitQueue("rw", 1);
		CompletableFuture<Optional<LockHandle>> late = waitFor(readWrite(this.here).read());
		assertThat(readWrite(this.here).read().tryAcquire()).isEmpty();
		awaitQueue("rw", 2);
		reader.release();
		assertThat(writer).succeedsWithin(LONG).satisfies((handle) -> {
			assertThat(late).isNotDone();
			handle.orElseThrow().releaseAsync();
		});
		assertThat(late).succeedsWithin(LONG);
	}

	@Test
	void letsReadersInWhenTheWaitingWriterLeaves() {
		LockHandle reader = readWrite(this.here).read().acquire();
		CompletableFuture<Optional<LockHandle>> writer = waitFor(readWrite(this.there).write());
		awaitQueue("rw", 1);
		CompletableFuture<Optional<LockHandle>> late = waitFor(readWrite(this.here).read());
		awaitQueue("rw", 2);
		writer.cancel(true);
		assertThat(late).succeedsWithin(Duration.ofSeconds(3));
		assertThat(reader.isValid()).isTrue();
	}

	@Test
	void hasAsManyHoldersAsPermits() {
		NamedLock semaphore = this.here.locks().semaphore("s", 2);
		LockHandle one = semaphore.acquire();
		LockHandle two = this.there.locks().semaphore("s", 2).acquire();
		assertThat(semaphore.tryAcquire()).isEmpty();
		CompletableFuture<Optional<LockHandle>> waiting = waitFor(semaphore);
		awaitQueue("permits", 1);
		assertThat(this.there.locks().semaphore("s", 3).tryAcquire()).as("behind the one that waits").isEmpty();
		two.release();
		assertThat(waiting).succeedsWithin(LONG);
		one.release();
		assertThatIllegalArgumentException().isThrownBy(() -> this.here.locks().semaphore("s", 0))
			.withMessageContaining("at least 1");
	}

	@Test
	void takesBackThePermitOfAHolderThatDied() {
		NamedLock fixed = this.here.locks()
			.semaphore("dead", 1)
			.with(LockSettings.ofDefaults().withFixedHold(Duration.ofMillis(300)));
		LockHandle dead = fixed.acquire();
		LockHandle next = this.there.locks().semaphore("dead", 1).acquire(LONG);
		assertThat(next.fencingToken()).isGreaterThan(dead.fencingToken());
		assertThat(dead.release()).isFalse();
		assertThat(next.release()).isTrue();
	}

	@Test
	void renewsAndLosesPermits() {
		LockHandle handle = this.here.locks()
			.semaphore("renewed", 1)
			.with(LockSettings.ofDefaults().withLease(Duration.ofSeconds(1)))
			.acquire();
		Awaitility.await().during(Duration.ofSeconds(2)).until(handle::isValid);
		this.server.command("DEL", "locks:{renewed}:permits:holders");
		Awaitility.await().until(() -> handle.state() == LockState.LOST);
	}

	@Test
	void neverHasMoreThanItMay() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(12);
		AtomicInteger readers = new AtomicInteger();
		AtomicInteger writers = new AtomicInteger();
		AtomicInteger permits = new AtomicInteger();
		List<Future<?>> all = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			LockNode node = (i % 2 == 0) ? this.here : this.there;
			Random random = new Random(i);
			all.add(threads.submit(() -> {
				for (int round = 0; round < 60; round++) {
					switch (random.nextInt(4)) {
						case 0 -> use(readWrite(node).write(), writers, () -> writers.get() == 1 && readers.get() == 0);
						case 1, 2 -> use(readWrite(node).read(), readers, () -> writers.get() == 0);
						default -> use(node.locks().semaphore("s", 3), permits, () -> permits.get() <= 3);
					}
				}
			}));
		}
		for (Future<?> one : all) {
			one.get(60, TimeUnit.SECONDS);
		}
		threads.shutdown();
		assertThat(this.here.locks().status()).isEmpty();
		assertThat(this.there.locks().status()).isEmpty();
	}

	@Test
	void takesAllLocksOrNone() {
		LockHandle b = this.here.locks().get("b").acquire();
		NamedLock all = this.there.locks().all(List.of("c", "a", "b", "a"));
		assertThat(all.name()).isEqualTo("a + b + c");
		assertThat(all.tryAcquire()).isEmpty();
		assertThat(this.here.locks().get("a").tryAcquire(LONG)).hasValueSatisfying(LockHandle::close);
		b.release();
		LockHandle handle = all.acquire(LONG);
		assertThat(handle.isValid()).isTrue();
		assertThat(List.of("a", "b", "c"))
			.allSatisfy((name) -> assertThat(this.here.locks().get(name).holder()).isPresent());
		CompletableFuture<LockHandle> lost = new CompletableFuture<>();
		handle.onLost(lost::complete);
		this.server.command("DEL", "locks:{b}");
		assertThat(lost).succeedsWithin(LONG).isSameAs(handle);
		assertThat(handle.state()).isEqualTo(LockState.LOST);
		assertThat(handle.release()).isFalse();
		assertThat(this.here.locks().get("c").holder()).isEmpty();
	}

	@Test
	void givesBackWhatItHasWhenCancelled() {
		LockHandle b = this.here.locks().get("b").acquire();
		CompletableFuture<Optional<LockHandle>> waiting = waitFor(this.there.locks().all(List.of("a", "b")));
		Awaitility.await().until(() -> this.here.locks().get("a").holder().isPresent());
		waiting.cancel(true);
		Awaitility.await().until(() -> this.here.locks().get("a").holder().isEmpty());
		assertThat(b.isValid()).isTrue();
	}

	private static void use(NamedLock lock, AtomicInteger inside, BooleanSupplier allowed) {
		try (LockHandle handle = lock.acquire(LONG)) {
			inside.incrementAndGet();
			assertThat(allowed.getAsBoolean()).isTrue();
			Thread.yield();
			assertThat(handle.isValid()).isTrue();
			inside.decrementAndGet();
		}
	}

	private static ReadWriteLocks readWrite(LockNode node) {
		return node.locks().readWrite("rw");
	}

	private static CompletableFuture<Optional<LockHandle>> waitFor(NamedLock lock) {
		return lock.tryAcquireAsync(LONG).toCompletableFuture();
	}

	private void awaitQueue(String kind, long nodes) {
		String name = kind.equals("rw") ? "rw" : "s";
		Awaitility.await()
			.until(() -> Long.valueOf(nodes)
				.equals(this.server.command("ZCARD", "locks:{%s}:%s:queue".formatted(name, kind))));
	}

}
