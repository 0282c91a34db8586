package io.github.redispatterns.gateway;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.gateway.PatternObservation.Tag;

/**
 * Times what patterns do, for metrics and traces, by Micrometer. Where nobody listens an
 * operation costs one comparison more.
 */
public final class Observations {

	private static final String ERROR = "error";

	private final ObservationRegistry registry;

	Observations(ObservationRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Observe an operation of a pattern without configured names until it is answered.
	 * @param <T> the type of the answer
	 * @param operation which one
	 * @param call begins the operation
	 * @param outcome what an answer means, one of few words
	 * @return what the call returned
	 */
	public <T extends @Nullable Object> CompletionStage<T> observe(PatternObservation operation,
			Supplier<? extends CompletionStage<T>> call, Function<? super T, String> outcome) {
		return observe(operation, KeyValue.NONE_VALUE, call, outcome);
	}

	/**
	 * Observe an operation until it is answered.
	 * @param <T> the type of the answer
	 * @param operation which one
	 * @param name the configured name of what it works on, one of few
	 * @param call begins the operation; the observation is current meanwhile, so that
	 * what it sends is traced below it
	 * @param outcome what an answer means, one of few words
	 * @return what the call returned
	 */
	public <T extends @Nullable Object> CompletionStage<T> observe(PatternObservation operation, String name,
			Supplier<? extends CompletionStage<T>> call, Function<? super T, String> outcome) {
		if (this.registry.isNoop()) {
			return call.get();
		}
		Observation observation = operation.observation(this.registry)
			.lowCardinalityKeyValue(Tag.NAME.withValue(name))
			.start();
		CompletionStage<T> answer = begin(observation, call);
		return answer.whenComplete((value, failure) -> {
			if (failure != null) {
				fail(observation, failure);
			}
			else {
				observation.lowCardinalityKeyValue(Tag.OUTCOME.withValue(outcome.apply(value))).stop();
			}
		});
	}

	private static <T extends @Nullable Object> CompletionStage<T> begin(Observation observation,
			Supplier<? extends CompletionStage<T>> call) {
		try (Observation.Scope scope = observation.openScope()) {
			return call.get();
		}
		catch (RuntimeException ex) {
			fail(observation, ex);
			throw ex;
		}
	}

	private static void fail(Observation observation, Throwable failure) {
		observation.error(RedisPatternsException.causeOf(failure))
			.lowCardinalityKeyValue(Tag.OUTCOME.withValue(ERROR))
			.stop();
	}

}
