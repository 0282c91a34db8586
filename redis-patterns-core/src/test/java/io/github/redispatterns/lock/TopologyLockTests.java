package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.redispatterns.devservices.RedisTopology;
import io.github.redispatterns.devservices.ReplicatedRedis;
import io.github.redispatterns.devservices.Topology;

import static org.assertj.core.api.Assertions.assertThat;

/** The same everywhere. */
class TopologyLockTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	@ParameterizedTest
	@EnumSource
	void waitsHandsOnAndTells(Topology topology) {
		RedisTopology redis = topology.shared();
		try (LockNode here = LockNode.at(redis); LockNode there = LockNode.at(redis)) {
			for (String name : List.of("a", "b", "c", "d")) {
				LockHandle first = here.locks().get(name).acquire();
				CompletableFuture<Optional<LockHandle>> waiting = there.locks()
					.get(name)
					.tryAcquireAsync(LONG)
					.toCompletableFuture();
				Awaitility.await()
					.until(() -> redis.masterOf("{" + name + "}").command("ZCARD", "locks:{" + name + "}:queue"),
							Long.valueOf(1)::equals);
				long released = System.nanoTime();
				first.release();
				assertThat(waiting).succeedsWithin(LONG).satisfies((handle) -> {
					assertThat(handle.orElseThrow().fencingToken()).isGreaterThan(first.fencingToken());
					assertThat(Duration.ofNanos(System.nanoTime() - released)).as("by a push")
						.isLessThan(Duration.ofSeconds(1));
					tellsOfTheLoss(redis, name, handle.orElseThrow());
				});
			}
			sharedOnes(here, there);
		}
	}

	private static void tellsOfTheLoss(RedisTopology redis, String name, LockHandle handle) {
		Awaitility.await().pollDelay(Duration.ofMillis(100)).until(() -> true);
		CompletableFuture<LockHandle> lost = new CompletableFuture<>();
		handle.onLost(lost::complete);
		redis.masterOf("{" + name + "}").command("DEL", "locks:{" + name + "}");
		assertThat(lost).succeedsWithin(Duration.ofSeconds(5));
	}

	private static void sharedOnes(LockNode here, LockNode there) {
		LockHandle reader = here.locks().readWrite("rw").read().acquire();
		assertThat(there.locks().readWrite("rw").write().tryAcquire()).isEmpty();
		reader.release();
		there.locks().readWrite("rw").write().acquire(LONG).release();
		there.locks().all(List.of("one", "two", "three")).acquire(LONG).release();
		there.locks().semaphore("s", 2).acquire(LONG).release();
		there.locks().fair("f").acquire(LONG).release();
	}

	@Test
	void waitsThroughAFailoverOfTheCluster() throws Exception {
		ReplicatedRedis redis = (ReplicatedRedis) Topology.CLUSTER.start();
		try (redis; LockNode here = LockNode.at(redis); LockNode there = LockNode.at(redis)) {
			AtomicInteger inside = new AtomicInteger();
			AtomicLong last = new AtomicLong();
			AtomicInteger rounds = new AtomicInteger();
			CompletableFuture<Boolean> end = new CompletableFuture<>();
			for (LockNode node : List.of(here, there)) {
				Thread worker = new Thread(() -> work(node, inside, last, rounds, end));
				worker.start();
			}
			Awaitility.await().atMost(LONG).until(() -> rounds.get() > 100);
			redis.failover(redis.masterOf("locks:{failover}"));
			int before = rounds.get();
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> rounds.get() > before + 100 || end.isDone());
			end.complete(true);
			assertThat(end.get()).isTrue();
		}
	}

	private static void work(LockNode node, AtomicInteger inside, AtomicLong last, AtomicInteger rounds,
			CompletableFuture<Boolean> end) {
		while (!end.isDone()) {
			try {
				node.locks().get("failover").tryAcquire(LONG).ifPresent((handle) -> {
					if (inside.incrementAndGet() != 1
							|| last.getAndSet(handle.fencingToken()) >= handle.fencingToken()) {
						end.complete(false);
					}
					rounds.incrementAndGet();
					inside.decrementAndGet();
					handle.close();
				});
			}
			catch (RuntimeException ex) {
				// Redis does not answer for a moment.
			}
		}
	}

}
