package io.github.redispatterns.gateway;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.redispatterns.RedisUnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class TimersTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final Timers timers = new Timers();

	@AfterEach
	void close() {
		this.timers.close();
	}

	@Test
	void runsATaskOnceAndNotEarly() {
		long start = System.nanoTime();
		CompletableFuture<Long> run = new CompletableFuture<>();
		this.timers.after(Duration.ofMillis(60), () -> run.complete(System.nanoTime() - start));
		assertThat(run).succeedsWithin(PATIENCE)
			.satisfies((nanos) -> assertThat(nanos).isGreaterThanOrEqualTo(Duration.ofMillis(60).toNanos()));
		Awaitility.await().atMost(PATIENCE).until(() -> this.timers.pending() == 0);
	}

	@Test
	void forgetsWhatIsCancelled() {
		AtomicInteger runs = new AtomicInteger();
		Runnable cancel = this.timers.after(HOUR, runs::incrementAndGet);
		assertThat(this.timers.pending()).isOne();
		cancel.run();
		Awaitility.await().atMost(PATIENCE).until(() -> this.timers.pending() == 0);
		this.timers.close();
		assertThat(runs).hasValue(0);
	}

	@Test
	void repeatsUntilItIsEnoughWhateverIsThrown() {
		AtomicInteger runs = new AtomicInteger();
		this.timers.repeat(Duration.ofMillis(1), () -> {
			if (runs.incrementAndGet() == 1) {
				throw new IllegalArgumentException("thrown on purpose");
			}
			return runs.get() < 3;
		});
		// While a task runs it does not count as one that waits.
		Awaitility.await().atMost(PATIENCE).until(() -> runs.get() >= 3 && this.timers.pending() == 0);
		assertThat(runs).hasValue(3);
	}

	@Test
	void goesOnAfterATaskThatThrows() {
		this.timers.after(Duration.ofMillis(1), () -> {
			throw new IllegalArgumentException("thrown on purpose");
		});
		assertThat(this.timers.pause(Duration.ofMillis(2))).succeedsWithin(PATIENCE);
	}

	@Test
	void endsACallThatIsLateAndNoOther() {
		Call<String> late = call(Duration.ofMillis(1));
		Call<String> early = call(HOUR);
		Call<String> over = call(Duration.ofMillis(1));
		over.complete("reply");
		List.of(late, early, over).forEach((call) -> call.limit(this.timers));
		assertThat(late).failsWithin(PATIENCE)
			.withThrowableOfType(ExecutionException.class)
			.havingCause()
			.isInstanceOf(RedisUnavailableException.class)
			.withMessage("No answer from Redis to a test within PT0.001S");
		assertThat(early).isNotDone();
		early.accept("reply", null);
		Awaitility.await().atMost(PATIENCE).until(() -> this.timers.pending() == 0);
	}

	@Test
	void leavesNobodyWaitingWhenItEnds() {
		CompletableFuture<Void> pause = this.timers.pause(HOUR);
		Call<String> before = call(HOUR);
		Call<String> after = call(HOUR);
		before.limit(this.timers);
		this.timers.close();
		after.limit(this.timers);
		assertThat(pause).succeedsWithin(PATIENCE);
		for (Call<String> call : List.of(before, after)) {
			assertThat(call).failsWithin(PATIENCE)
				.withThrowableOfType(ExecutionException.class)
				.havingCause()
				.isInstanceOf(RedisUnavailableException.class);
		}
		assertThatIllegalStateException().isThrownBy(() -> this.timers.after(HOUR, () -> {
		}));
	}

	private static Call<String> call(Duration deadline) {
		return new Call<>("a test", deadline, null, new FormerMaster(), null);
	}

}
