package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.github.redispatterns.devservices.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class HoldingTests extends TwoNodes {

	private static final LockSettings SHORT = LockSettings.ofDefaults().withLease(Duration.ofSeconds(1));

	HoldingTests(RedisServer server) {
		super(server);
	}

	@Test
	void isHeldForLongerThanItsLease() {
		LockHandle handle = lock("renewed").with(SHORT).acquire();
		List<Duration> seen = new ArrayList<>();
		Awaitility.await().pollInterval(Duration.ofMillis(20)).during(Duration.ofSeconds(2)).until(() -> {
			seen.add(handle.remaining());
			return handle.isValid() && exists("renewed");
		});
		assertThat(seen).allSatisfy((remaining) -> assertThat(remaining).isLessThan(SHORT.lease()));
		assertThat(handle.state()).isEqualTo(LockState.HELD);
		assertThat(handle.release()).isTrue();
	}

	@Test
	void endsWithItsLongestHold() {
		LockHandle handle = lock("longest")
			.with(LockSettings.ofDefaults().withLease(Duration.ofSeconds(3)).withMaxHold(Duration.ofMillis(3_500)))
			.acquire();
		CompletableFuture<Boolean> existed = new CompletableFuture<>();
		long begin = System.nanoTime();
		handle.onLost((lost) -> existed.complete(exists("longest")));
		assertThat(existed).succeedsWithin(Duration.ofSeconds(5))
			.as("told before anybody else could have it")
			.isEqualTo(true);
		assertThat(System.nanoTime() - begin).isBetween(millis(3_000), millis(4_000));
		assertThat(handle.state()).isEqualTo(LockState.LOST);
		Awaitility.await().until(() -> !exists("longest"));
	}

	@Test
	void isNotRenewedWhenHeldForAFixedTime() {
		LockHandle handle = lock("fixed").with(LockSettings.ofDefaults().withFixedHold(Duration.ofMillis(200)))
			.acquire();
		assertThat(calls("pexpire", () -> Awaitility.await().until(() -> !exists("fixed")))).isZero();
		assertThat(handle.isValid()).isFalse();
		assertThat(handle.release()).isFalse();
	}

	@Test
	void isExtended() {
		LockHandle handle = lock("extended").with(LockSettings.ofDefaults().withFixedHold(Duration.ofSeconds(2)))
			.acquire();
		assertThat(handle.extend(Duration.ofMillis(100))).as("no shorter").isTrue();
		assertThat(handle.extend(Duration.ofMinutes(5))).isTrue();
		assertThat(handle.remaining()).isGreaterThan(Duration.ofMinutes(4));
		assertThat(ttl("extended")).isGreaterThan(TimeUnit.MINUTES.toMillis(4));
		handle.release();
		assertThatIllegalStateException().isThrownBy(() -> handle.extend(Duration.ofSeconds(1)))
			.withMessageContaining("'extended'");
	}

	@Test
	void staysExtendedWhenItIsRenewed() {
		LockHandle handle = lock("both").with(SHORT).acquire();
		assertThat(handle.extend(Duration.ofMinutes(5))).isTrue();
		Awaitility.await()
			.during(Duration.ofSeconds(1))
			.until(() -> ttl("both") > TimeUnit.MINUTES.toMillis(4) && handle.isValid());
		handle.release();
	}

	@Test
	void knowsSoonThatItsKeyWasDeleted() throws Exception {
		assertThatMostAreSoon(() -> {
			LockHandle handle = lock("deleted").acquire();
			long took = untilTold(handle, "DEL", key("deleted"));
			assertThat(handle.isValid()).isFalse();
			assertThat(handle.release()).isFalse();
			return took < millis(50);
		});
	}

	@Test
	void knowsSoonThatItWasStolen() throws Exception {
		assertThatMostAreSoon(() -> {
			LockHandle handle = lock("stolen").acquire();
			long took = untilTold(handle, "SET", key("stolen"), "thief.1/node", "PX", "60000");
			handle.close();
			assertThat(lock("stolen").holder()).as("a late release leaves it alone").isPresent();
			this.server.command("DEL", key("stolen"));
			return took < millis(50);
		});
	}

	@Test
	void knowsThatAllWasFlushed() {
		LockHandle handle = lock("flushed").acquire();
		awaitWatched();
		CompletableFuture<Long> told = toldAt(handle);
		this.server.flush();
		assertThat(told).succeedsWithin(Duration.ofSeconds(5));
	}

	@Test
	void knowsWithTheNextRenewalWhereTheServerDoesNotSay() {
		this.server.command("ACL", "SETUSER", "default", "-client|tracking");
		try {
			LockHandle handle = lock("quiet").with(LockSettings.ofDefaults().withLease(Duration.ofSeconds(3)))
				.acquire();
			CompletableFuture<Long> told = toldAt(handle);
			this.server.command("DEL", key("quiet"));
			assertThat(told).succeedsWithin(Duration.ofSeconds(2));
		}
		finally {
			this.server.command("ACL", "SETUSER", "default", "+@all");
		}
	}

	@Test
	void isSuspectWhileRedisDoesNotAnswerAndHeldAgainAfter() {
		try (LockNode impatient = LockNode.impatient(this.server)) {
			LockHandle handle = impatient.locks()
				.get("suspect")
				.with(LockSettings.ofDefaults().withLease(Duration.ofSeconds(6)))
				.acquire();
			Awaitility.await().until(this::isWatching);
			this.server.pause();
			Awaitility.await().until(() -> handle.state() == LockState.SUSPECT);
			assertThat(handle.isValid()).isTrue();
			this.server.resume();
			Awaitility.await().until(() -> handle.state() == LockState.HELD);
			assertThat(handle.release()).isTrue();
		}
		finally {
			this.server.resume();
		}
	}

	@Test
	void isLostBeforeItsLeaseEndsWhileRedisDoesNotAnswer() {
		try (LockNode impatient = LockNode.impatient(this.server)) {
			LockHandle handle = impatient.locks()
				.get("outage")
				.with(LockSettings.ofDefaults().withLease(Duration.ofSeconds(2)))
				.acquire();
			long acquired = System.nanoTime();
			CompletableFuture<Long> told = toldAt(handle);
			this.server.pause();
			assertThat(told).succeedsWithin(Duration.ofSeconds(5))
				.satisfies((at) -> assertThat(at - acquired).isLessThan(millis(2_700)));
			assertThat(handle.state()).isEqualTo(LockState.LOST);
		}
		finally {
			this.server.resume();
		}
	}

	@Test
	void tellsAtOnceWhoAsksAfterTheLossAndNobodyAfterTheRelease() {
		LockHandle lost = lock("late").with(LockSettings.ofDefaults().withFixedHold(Duration.ofMillis(50))).acquire();
		Awaitility.await().until(() -> lost.state() == LockState.LOST);
		assertThat(toldAt(lost)).succeedsWithin(Duration.ofSeconds(1));
		LockHandle released = lock("released").acquire();
		CompletableFuture<Long> told = toldAt(released);
		released.release();
		assertThat(told).isNotDone();
		assertThat(toldAt(released)).isNotDone();
	}

	@Test
	@SuppressWarnings("UnusedVariable")
	void isNotRenewedForAHolderThatIsGone() {
		forget(lock("forgotten").with(SHORT));
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
			System.gc();
			return !exists("forgotten") && this.here.locks().status().isEmpty();
		});
	}

	@Test
	void costsNothingMoreWhenHeldForAMoment() {
		lock("warm").acquire().release();
		assertThat(calls("evalsha", () -> lock("moment").acquire().release())).isEqualTo(2);
	}

	private static void forget(NamedLock lock) {
		lock.acquire();
	}

	private NamedLock lock(String name) {
		return this.here.locks().get(name);
	}

	private static CompletableFuture<Long> toldAt(LockHandle handle) {
		CompletableFuture<Long> told = new CompletableFuture<>();
		handle.onLost((lost) -> told.complete(System.nanoTime()), Runnable::run);
		return told;
	}

	private long untilTold(LockHandle handle, String... loss) throws Exception {
		awaitWatched();
		CompletableFuture<Long> told = toldAt(handle);
		this.server.command(loss);
		long lost = System.nanoTime();
		return told.get(5, TimeUnit.SECONDS) - lost;
	}

	private void awaitWatched() {
		Awaitility.await().until(this::isWatching);
		Awaitility.await().pollDelay(Duration.ofMillis(100)).until(() -> true);
	}

	// A "t" among the flags stands for tracking.
	private boolean isWatching() {
		return String.valueOf(this.server.command("CLIENT", "LIST"))
			.lines()
			.anyMatch((client) -> client.matches(".* name=redis-patterns-lock .* flags=\\w*t\\w* .*"));
	}

	private static String key(String name) {
		return "locks:{" + name + "}";
	}

	private boolean exists(String name) {
		return Long.valueOf(1).equals(this.server.command("EXISTS", key(name)));
	}

	private long ttl(String name) {
		return (this.server.command("PTTL", key(name)) instanceof Long ttl) ? ttl : 0;
	}

	private long calls(String command, Runnable action) {
		this.server.command("CONFIG", "RESETSTAT");
		action.run();
		return String.valueOf(this.server.command("INFO", "commandstats"))
			.lines()
			.filter((line) -> line.startsWith("cmdstat_" + command + ":"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("^[^:]+:calls=(\\d+),.*", "$1")))
			.sum();
	}

	private static long millis(long millis) {
		return TimeUnit.MILLISECONDS.toNanos(millis);
	}

}
