package io.github.redispatterns.gateway;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.redispatterns.RedisUnavailableException;

import static org.assertj.core.api.Assertions.assertThat;

/** Tests of {@link Breaker} beside one that is told of each call. */
class BreakerTests {

	private static final int STEPS = 20_000;

	private static final int OPENINGS = 3;

	private final RedisUnavailableException failure = Breaker.rejection();

	private final CircuitBreaker model = CircuitBreaker.of("model", Breaker.config());

	private volatile CompletableFuture<String> pong = new CompletableFuture<>();

	@ParameterizedTest
	@ValueSource(doubles = { 0.01, 0.2, 0.4, 0.9 })
	void opensAsIfItWereToldOfEachAnswer(double failing) {
		try (Timers timers = new Timers()) {
			Breaker breaker = new Breaker(timers, () -> this.pong);
			Random random = new Random(7);
			int openings = 0;
			for (int step = 0; step < STEPS && openings < OPENINGS; step++) {
				// A quiet time, in which it need not be told, comes before trouble.
				boolean quiet = step / 50 % 2 == 0;
				if (!quiet && random.nextDouble() < failing) {
					breaker.unanswered(this.failure);
					this.model.onError(0, TimeUnit.NANOSECONDS, this.failure);
				}
				else {
					breaker.answered();
					this.model.onSuccess(0, TimeUnit.NANOSECONDS);
				}
				assertThat(breaker.isOpen()).as("after %d calls", step)
					.isEqualTo(this.model.getState() == CircuitBreaker.State.OPEN);
				if (breaker.isOpen()) {
					openings++;
					close(breaker);
				}
			}
			assertThat(openings > 0).isEqualTo(failing > 0.1);
		}
	}

	private void close(Breaker breaker) {
		this.pong.complete("PONG");
		Awaitility.await().until(() -> !breaker.isOpen());
		this.pong = new CompletableFuture<>();
		this.model.transitionToClosedState();
	}

}
