package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.devservices.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class WaitingTests extends TwoNodes {

	private static final Duration LONG = Duration.ofSeconds(30);

	/** Connections of others, and the one that looks. */
	private final int others;

	WaitingTests(RedisServer server) {
		super(server);
		this.others = clients();
	}

	@Test
	void isToldOfAReleaseWithoutAsking() {
		NamedLock lock = this.there.locks().get("told");
		LockHandle first = this.here.locks().get("told").acquire();
		CompletableFuture<Optional<LockHandle>> waiting = waitFor(lock);
		awaitQueue("told", 1);
		long before = scripts();
		pause();
		assertThat(scripts()).as("nobody asks while nothing happens").isEqualTo(before);
		first.release();
		assertThat(waiting).succeedsWithin(LONG).satisfies((handle) -> assertThat(handle).isPresent());
	}

	@Test
	void needsOneConnectionForTenThousandLocks() {
		int locks = 10_000;
		List<LockHandle> held = new ArrayList<>();
		List<CompletableFuture<Optional<LockHandle>>> waiting = new ArrayList<>();
		for (int i = 0; i < locks; i++) {
			held.add(this.here.locks().get("many" + i).acquire());
		}
		// What keeps the held ones uses its own connection.
		awaitConnections(2);
		for (int i = 0; i < locks; i++) {
			waiting.add(waitFor(this.there.locks().get("many" + i)));
		}
		Awaitility.await().atMost(LONG).until(() -> info("keyspace").contains("keys=" + (locks * 3L)));
		assertThat(connections()).as("two of each node").isEqualTo(4);
		held.forEach(LockHandle::releaseAsync);
		waiting.forEach((handle) -> assertThat(handle).succeedsWithin(LONG)
			.satisfies((lock) -> lock.orElseThrow().releaseAsync()));
	}

	@Test
	void servesNodesInTurn() {
		ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
		LockHandle first = this.here.locks().fair("order").acquire();
		List<CompletableFuture<?>> all = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			String name = "caller" + i;
			LockNode node = (i % 3 == 0) ? this.here : this.there;
			all.add(node.locks().fair("order").withLockAsync(LONG, (handle) -> {
				order.add(name);
				return CompletableFuture.completedFuture(name);
			}).toCompletableFuture());
			// Who waits where the lock is held is not known to Redis.
			awaitQueue("order", (i < 1) ? 0 : 1);
			pause();
		}
		long missed = expired();
		first.release();
		all.forEach((call) -> assertThat(call).succeedsWithin(LONG));
		assertThat(order).hasSize(6);
		// A node that stalls for longer than its turn lasts, 50 ms, comes after others.
		if (expired() == missed) {
			assertThat(order).containsExactly("caller0", "caller1", "caller2", "caller3", "caller4", "caller5");
		}
	}

	@Test
	void givesTheTurnOfOneWhoHasLeftToTheNext() {
		LockHandle first = this.here.locks().get("left").acquire();
		CompletableFuture<Optional<LockHandle>> impatient = this.there.locks()
			.get("left")
			.tryAcquireAsync(Duration.ofMillis(300))
			.toCompletableFuture();
		awaitQueue("left", 1);
		assertThat(impatient).succeedsWithin(LONG).isEqualTo(Optional.empty());
		awaitQueue("left", 0);
		first.release();
		assertThat(this.here.locks().get("left").tryAcquire()).isPresent();
	}

	@Test
	void handsOnWhenTheOneWhoseTurnItIsDied() {
		LockHandle first = this.here.locks().get("dead").acquire();
		this.server.command("ZADD", "locks:{dead}:queue", "1", "nobody");
		CompletableFuture<Optional<LockHandle>> waiting = waitFor(this.there.locks().get("dead"));
		awaitQueue("dead", 2);
		first.release();
		assertThat(waiting).succeedsWithin(Duration.ofSeconds(2)).satisfies((handle) -> assertThat(handle).isPresent());
	}

	@Test
	void isFreeForTheNextWhenTheHolderDies() {
		this.server.command("SET", "locks:{orphan}", "dead.1/node", "PX", "500");
		long begin = System.nanoTime();
		assertThat(this.here.locks().get("orphan").tryAcquire(LONG)).isPresent();
		assertThat(System.nanoTime() - begin).isBetween(TimeUnit.MILLISECONDS.toNanos(400),
				TimeUnit.SECONDS.toNanos(2));
	}

	@Test
	void hearsOfADeletedKeyAtOnce() {
		this.server.command("SET", "locks:{deleted}", "other.1/node", "PX", "60000");
		CompletableFuture<Optional<LockHandle>> waiting = waitFor(this.here.locks().get("deleted"));
		awaitQueue("deleted", 1);
		this.server.command("DEL", "locks:{deleted}");
		assertThat(waiting).succeedsWithin(Duration.ofSeconds(2)).satisfies((handle) -> assertThat(handle).isPresent());
	}

	@Test
	void goesOnAfterItsConnectionWasCut() {
		LockHandle first = this.here.locks().get("cut").acquire();
		CompletableFuture<Optional<LockHandle>> waiting = waitFor(this.there.locks().get("cut"));
		awaitQueue("cut", 1);
		this.server.killClients();
		assertThat(first.release()).isTrue();
		assertThat(waiting).succeedsWithin(Duration.ofSeconds(3)).satisfies((handle) -> assertThat(handle).isPresent());
	}

	@Test
	void looksNowAndThenWhereTheServerDoesNotSay() {
		this.server.command("ACL", "SETUSER", "default", "-client|tracking");
		try {
			LockHandle first = this.here.locks().get("quiet").acquire();
			CompletableFuture<Optional<LockHandle>> waiting = waitFor(this.there.locks().get("quiet"));
			first.release();
			assertThat(waiting).succeedsWithin(Duration.ofSeconds(2))
				.satisfies((handle) -> assertThat(handle).isPresent());
		}
		finally {
			this.server.command("ACL", "SETUSER", "default", "+@all");
		}
	}

	@Test
	void neverTakesLongerThanItMay() throws Exception {
		try (LockNode node = LockNode.impatient(this.server)) {
			node.locks().get("frozen").acquire().release();
			this.server.pause();
			assertThatMostAreSoon(() -> {
				long waited = millis(() -> failsToAcquire(node, Duration.ofSeconds(1)));
				assertThat(waited).isGreaterThanOrEqualTo(900L);
				return waited <= 1_100;
			});
			assertThatMostAreSoon(() -> millis(() -> failsToAcquire(node, Duration.ofMillis(50))) < 150);
		}
		finally {
			this.server.resume();
		}
	}

	@Test
	void waitsThroughAnOutageThatIsShorterThanTheWait() {
		try (LockNode node = LockNode.impatient(this.server)) {
			node.locks().get("outage").acquire().release();
			this.server.pause();
			CompletableFuture<Optional<LockHandle>> waiting = waitFor(node.locks().get("outage"));
			Awaitility.await().until(() -> node.gateway().breaker().isOpen() || waiting.isDone());
			this.server.resume();
			assertThat(waiting).succeedsWithin(LONG).satisfies((handle) -> assertThat(handle).isPresent());
		}
		finally {
			this.server.resume();
		}
	}

	@Test
	void leavesNothingLockedWhenTheAnswerIsLost() {
		try (LockNode node = LockNode.impatient(this.server)) {
			node.locks().get("warm").acquire().release();
			this.server.pause();
			assertThatExceptionOfType(RedisUnavailableException.class)
				.isThrownBy(() -> node.locks().get("ambiguous").tryAcquire());
			this.server.resume();
			Awaitility.await().untilAsserted(() -> {
				assertThat(this.server.command("EXISTS", "locks:{ambiguous}:fence")).isEqualTo(1L);
				assertThat(this.server.command("EXISTS", "locks:{ambiguous}")).isEqualTo(0L);
			});
		}
		finally {
			this.server.resume();
		}
	}

	@Test
	void leavesNothingWaitingWhenCancelled() {
		try (LockHandle held = this.here.locks().get("cancelled").acquire()) {
			CompletableFuture<Optional<LockHandle>> waiting = waitFor(this.there.locks().get("cancelled"));
			awaitQueue("cancelled", 1);
			waiting.cancel(true);
			awaitQueue("cancelled", 0);
			assertThat(held.isValid()).isTrue();
		}
		assertThat(this.there.locks().status()).isEmpty();
	}

	@Test
	void sendsAwayWhoWaitsWhenTheApplicationEnds() {
		LockHandle held = this.here.locks().get("ending").acquire();
		CompletableFuture<Optional<LockHandle>> waiting = waitFor(this.there.locks().get("ending"));
		awaitQueue("ending", 1);
		this.there.locks().stop();
		assertThat(waiting).failsWithin(LONG)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(RedisUnavailableException.class);
		assertThat(this.there.locks().status()).isEmpty();
		this.there.locks().start();
		CompletableFuture<Optional<LockHandle>> again = waitFor(this.there.locks().get("ending"));
		awaitQueue("ending", 1);
		assertThat(held.release()).isTrue();
		assertThat(again).succeedsWithin(LONG).satisfies((handle) -> assertThat(handle).isPresent());
	}

	@Test
	void saysWhoWaits() {
		LockHandle held = this.here.locks().get("status").acquire();
		CompletableFuture<Optional<LockHandle>> waiting = waitFor(this.here.locks().get("status"));
		assertThat(this.here.locks().status()).singleElement().satisfies((status) -> {
			assertThat(status.holders()).isOne();
			assertThat(status.waiting()).isOne();
			assertThat(status.heldFor()).isNotNull();
		});
		held.release();
		assertThat(waiting).succeedsWithin(LONG).satisfies((handle) -> handle.orElseThrow().release());
		assertThat(this.here.locks().status()).isEmpty();
	}

	private static void failsToAcquire(LockNode node, Duration wait) {
		assertThatExceptionOfType(RedisUnavailableException.class)
			.isThrownBy(() -> node.locks().get("frozen").tryAcquire(wait));
	}

	private static long millis(Runnable action) {
		long begin = System.nanoTime();
		action.run();
		return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
	}

	private static CompletableFuture<Optional<LockHandle>> waitFor(NamedLock lock) {
		return lock.tryAcquireAsync(LONG).toCompletableFuture();
	}

	private void awaitQueue(String name, long nodes) {
		await(() -> Long.valueOf(nodes).equals(this.server.command("ZCARD", "locks:{%s}:queue".formatted(name))));
	}

	private void awaitConnections(int count) {
		await(() -> connections() == count);
	}

	private static void await(BooleanSupplier condition) {
		Awaitility.await().atMost(LONG).pollInterval(Duration.ofMillis(10)).until(condition::getAsBoolean);
	}

	private static void pause() {
		Awaitility.await().pollDelay(Duration.ofMillis(100)).until(() -> true);
	}

	private long scripts() {
		return info("commandstats").lines()
			.filter((line) -> line.startsWith("cmdstat_evalsha:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("^[^:]+:calls=(\\d+),.*", "$1")))
			.sum();
	}

	private int connections() {
		return clients() - this.others;
	}

	private int clients() {
		return (int) String.valueOf(this.server.command("CLIENT", "LIST", "TYPE", "normal")).lines().count();
	}

	private long expired() {
		return info("stats").lines()
			.filter((line) -> line.startsWith("expired_keys:"))
			.mapToLong((line) -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
			.sum();
	}

	private String info(String section) {
		return String.valueOf(this.server.command("INFO", section));
	}

}
