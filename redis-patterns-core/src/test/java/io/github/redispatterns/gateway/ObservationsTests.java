package io.github.redispatterns.gateway;

import java.util.concurrent.CompletableFuture;

import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ObservationsTests {

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private final Observations observations = new Observations(this.registry);

	@Test
	void saysWhatCameOfAnOperation() {
		CompletableFuture<Integer> answer = new CompletableFuture<>();
		this.observations.observe(Example.COUNT, "orders", () -> answer, (count) -> (count > 0) ? "some" : "none");
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo("redis.patterns.example.count")
			.that()
			.isNotStopped();
		answer.complete(7);
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo("redis.patterns.example.count")
			.that()
			.hasLowCardinalityKeyValue("name", "orders")
			.hasLowCardinalityKeyValue("outcome", "some")
			.hasContextualNameEqualTo("example.count")
			.hasBeenStopped();
	}

	@Test
	void saysWhyAnOperationFailed() {
		IllegalArgumentException failure = new IllegalArgumentException("no");
		this.observations.observe(Example.COUNT, "orders", () -> CompletableFuture.supplyAsync(() -> {
			throw failure;
		}), (count) -> "never").handle((count, ex) -> ex).toCompletableFuture().join();
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo("redis.patterns.example.count")
			.that()
			.hasLowCardinalityKeyValue("outcome", "error")
			.hasError(failure)
			.hasBeenStopped();
	}

	@Test
	void endsWhereTheOperationCannotBegin() {
		assertThatIllegalStateException().isThrownBy(() -> this.observations.observe(Example.COUNT, "orders", () -> {
			throw new IllegalStateException("not now");
		}, (count) -> "never"));
		TestObservationRegistryAssert.assertThat(this.registry)
			.hasObservationWithNameEqualTo("redis.patterns.example.count")
			.that()
			.hasBeenStopped();
		TestObservationRegistryAssert.assertThat(this.registry).doesNotHaveAnyRemainingCurrentObservation();
	}

	@Test
	void leavesTheAnswerAloneWhereNobodyListens() {
		CompletableFuture<Integer> answer = new CompletableFuture<>();
		assertThat(new Observations(ObservationRegistry.NOOP).observe(Example.COUNT, "orders", () -> answer,
				(count) -> "never"))
			.isSameAs(answer);
	}

	enum Example implements PatternObservation {

		COUNT;

		@Override
		public String getName() {
			return "redis.patterns.example.count";
		}

	}

}
