package io.github.redispatterns.coordination;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@ExtendWith(RedisExtension.class)
class ClusterTaskTests {

	private static final Instant NOON = Instant.now().truncatedTo(ChronoUnit.HOURS);

	private static final Duration HOUR = Duration.ofHours(1);

	private final Redis redis;

	private final ClusterTasks here;

	private final ClusterTasks there;

	private final String name = UUID.randomUUID().toString();

	private final AtomicInteger runs = new AtomicInteger();

	ClusterTaskTests(Redis redis) {
		this.redis = redis;
		this.here = new ClusterTasks(redis.gateway(), redis.keys(), "here", TaskSettings.ofDefaults());
		this.there = new ClusterTasks(redis.gateway(), redis.keys(), "there", TaskSettings.ofDefaults());
	}

	@Test
	void runsOnceForEachInstant() {
		assertThat(run(this.here, at(NOON))).isEqualTo(FireAnswer.RAN);
		assertThat(run(this.there, at(NOON))).isEqualTo(FireAnswer.DONE_BEFORE);
		assertThat(run(this.there, at(NOON.plusSeconds(1)))).isEqualTo(FireAnswer.RAN);
		assertThat(run(this.here, at(NOON))).isEqualTo(FireAnswer.DONE_BEFORE);
		assertThat(this.runs).hasValue(2);
	}

	@Test
	void goesBackToNoEarlierInstant() {
		run(this.here, at(NOON));
		assertThat(run(this.there, at(NOON.minusSeconds(1)))).isEqualTo(FireAnswer.DONE_BEFORE);
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void refusesAClockThatIsAhead() {
		assertThat(run(this.here, at(Instant.now().plusSeconds(90)))).isEqualTo(FireAnswer.CLOCK_AHEAD);
		assertThat(run(this.there, at(Instant.now().plusSeconds(30)))).isEqualTo(FireAnswer.RAN);
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void runsOnceInEachPeriod() {
		Fire fire = new Fire.Every(Duration.ofSeconds(1));
		assertThat(run(this.here, fire)).isEqualTo(FireAnswer.RAN);
		assertThat(run(this.there, fire)).isEqualTo(FireAnswer.DONE_BEFORE);
		Awaitility.await().until(() -> run(this.there, fire) == FireAnswer.RAN);
		assertThat(run(this.here, fire)).isEqualTo(FireAnswer.DONE_BEFORE);
	}

	@Test
	void keepsThePeriodWhoeverAsks() {
		Fire fire = new Fire.Every(Duration.ofMillis(100));
		long begin = System.nanoTime();
		while (System.nanoTime() - begin < Duration.ofSeconds(2).toNanos()) {
			run((this.runs.get() % 2 == 0) ? this.here : this.there, fire);
		}
		assertThat(this.runs.get()).as("runs in 2 s, by a period of 100 ms").isLessThanOrEqualTo(21);
	}

	@Test
	void runsAfterADelaySinceTheEnd() {
		Fire fire = new Fire.After(Duration.ofSeconds(1));
		run(this.here, fire);
		Instant ended = Objects.requireNonNull(last(this.here).ended());
		assertThat(run(this.there, fire)).isEqualTo(FireAnswer.DONE_BEFORE);
		Awaitility.await().until(() -> run(this.there, fire) == FireAnswer.RAN);
		assertThat(last(this.here).started()).isAfterOrEqualTo(ended.plusMillis(900));
	}

	@Test
	void skipsAFireThatComesDuringARun() throws Exception {
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		CompletableFuture<FireAnswer> first = CompletableFuture
			.supplyAsync(() -> this.here.get(this.name).run(at(NOON), () -> {
				running.countDown();
				await(end);
			}));
		running.await();
		assertThat(run(this.there, at(NOON.plusSeconds(1)))).isEqualTo(FireAnswer.STILL_RUNNING);
		assertThat(this.there.get(this.name).history().running().orElseThrow().node()).isEqualTo("here");
		end.countDown();
		assertThat(first.join()).isEqualTo(FireAnswer.RAN);
		assertThat(run(this.there, at(NOON.plusSeconds(1)))).as("skipped for good").isEqualTo(FireAnswer.DONE_BEFORE);
		assertThat(run(this.there, at(NOON.plusSeconds(2)))).isEqualTo(FireAnswer.RAN);
	}

	@Test
	void remembersWhatCameOfARun() {
		assertThat(this.here.get(this.name).history()).isEqualTo(new TaskHistory(Optional.empty(), Optional.empty()));
		run(this.here, at(NOON));
		assertThat(this.there.get(this.name).history().running()).isEmpty();
		assertThat(last(this.there)).satisfies((run) -> {
			assertThat(run.node()).isEqualTo("here");
			assertThat(run.fire()).isEqualTo(NOON);
			assertThat(run.outcome()).isEqualTo(TaskRun.Outcome.SUCCEEDED);
			assertThat(run.ended()).isAfterOrEqualTo(run.started());
		});
		assertThatIllegalStateException()
			.isThrownBy(() -> this.there.get(this.name).run(at(NOON.plusSeconds(1)), this::fail));
		assertThat(last(this.here)).satisfies((run) -> {
			assertThat(run.outcome()).isEqualTo(TaskRun.Outcome.FAILED);
			assertThat(run.message()).contains("broke");
		});
	}

	@Test
	void staysAloneForLongerThanTheLease() throws Exception {
		TaskSettings settings = TaskSettings.ofDefaults().withLease(TaskSettings.SHORTEST_LEASE);
		this.here.get(this.name).with(settings).run(at(NOON), () -> {
			Instant begin = Instant.now();
			Awaitility.await().until(() -> Instant.now().isAfter(begin.plusMillis(500)));
			assertThat(run(this.there, at(NOON.plusSeconds(1)))).isEqualTo(FireAnswer.STILL_RUNNING);
		});
	}

	@Test
	void runsTheNextFireAfterItsNodeDied() throws Exception {
		try (RedisServer server = DevRedis.start();
				Node dying = new Node(server, KeySpace.of("dying"));
				Node next = new Node(server, KeySpace.of("dying"))) {
			CountDownLatch running = new CountDownLatch(1);
			CountDownLatch end = new CountDownLatch(1);
			CompletableFuture.runAsync(() -> dying.tasks("dying").get("job").run(at(NOON), () -> {
				running.countDown();
				await(end);
			}));
			running.await();
			dying.die();
			AtomicInteger second = new AtomicInteger();
			Awaitility.await()
				.until(() -> next.tasks("next").get("job").run(at(NOON.plusSeconds(second.incrementAndGet())), () -> {
				}) == FireAnswer.RAN);
			assertThat(next.tasks("next").get("job").history().last().orElseThrow().node()).isEqualTo("next");
			end.countDown();
		}
	}

	@Test
	void remembersARunThatWasLost() {
		String key = this.redis.keys().key(this.name);
		run(this.here, at(NOON));
		this.redis.commands().hset(key, "run", "dead");
		this.redis.commands().hset(key, "until", "1");
		this.redis.commands().hset(key, "started", "1");
		this.redis.commands().hset(key, "node", "gone");
		this.redis.commands().hset(key, "fire", "");
		this.there.get(this.name).run(at(NOON.plusSeconds(1)), () -> assertThat(last(this.here)).satisfies((run) -> {
			assertThat(run.outcome()).isEqualTo(TaskRun.Outcome.LOST);
			assertThat(run.node()).isEqualTo("gone");
		}));
	}

	@Test
	void runsNowhereOrEverywhereWhileRedisIsDown() throws Exception {
		try (RedisServer server = DevRedis.start(); Node node = new Node(server, KeySpace.of("down"))) {
			ClusterTask task = node.tasks("node").get("job");
			run(node.tasks("node"), at(NOON));
			server.pause();
			TaskSettings hasty = TaskSettings.ofDefaults().withLease(TaskSettings.SHORTEST_LEASE);
			assertThat(task.with(hasty).run(at(NOON), this.runs::incrementAndGet)).isEqualTo(FireAnswer.UNKNOWN);
			assertThat(this.runs).hasValue(1);
			assertThat(
					task.with(hasty.withOnRedisFailure(OnRedisFailure.OPEN)).run(at(NOON), this.runs::incrementAndGet))
				.isEqualTo(FireAnswer.RAN);
			assertThat(this.runs).hasValue(2);
		}
	}

	@Test
	void runsAFireWhoseFirstAnswerWasLost() throws Exception {
		try (RedisServer server = DevRedis.start(); Node node = new Node(server, KeySpace.of("lost"))) {
			run(node.tasks("node"), at(NOON));
			server.pause();
			CompletableFuture<FireAnswer> fire = CompletableFuture.supplyAsync(() -> node.tasks("node")
				.get("job")
				.with(TaskSettings.ofDefaults())
				.run(at(NOON.plusSeconds(1)), this.runs::incrementAndGet));
			Awaitility.await().pollDelay(Duration.ofMillis(800)).until(() -> true);
			server.resume();
			assertThat(fire).succeedsWithin(HOUR).isEqualTo(FireAnswer.RAN);
		}
	}

	@Test
	void takesTwoCommandsAndOneToSkip() {
		run(this.here, at(NOON));
		assertThat(this.redis.commandsDuring(() -> run(this.here, at(NOON.plusSeconds(1))))).containsEntry("evalsha",
				2L);
		assertThat(this.redis.commandsDuring(() -> run(this.there, at(NOON.plusSeconds(1))))).containsEntry("evalsha",
				1L);
	}

	private FireAnswer run(ClusterTasks tasks, Fire fire) {
		return tasks.get(this.name).run(fire, this.runs::incrementAndGet);
	}

	private TaskRun last(ClusterTasks tasks) {
		return tasks.get(this.name).history().last().orElseThrow();
	}

	private static Fire at(Instant instant) {
		return new Fire.At(instant, HOUR);
	}

	private void fail() {
		throw new IllegalStateException("broke");
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
