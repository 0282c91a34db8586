package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.gateway.Timers;

/**
 * How long callers wait for a {@link Flight}: to its end, or until they would rather have
 * something stale, a failure, or a load of their own.
 */
final class Patience {

	private final CacheEngine engine;

	private final Timers timers;

	/**
	 * Create the patience of the callers of a cache.
	 * @param engine the cache
	 * @param timers say when it is over
	 */
	Patience(CacheEngine engine, Timers timers) {
		this.engine = engine;
		this.timers = timers;
	}

	/**
	 * Wait for a flight.
	 * @param flight the flight
	 * @param request what the caller wants
	 * @param limit how long to wait at most, or {@code null} for to its end
	 * @param stale what to serve if it takes too long
	 * @return its end, or what comes before; a copy, so that a caller who cancels leaves
	 * the flight and the others alone
	 */
	CompletableFuture<Flight.Landing> await(Flight flight, LoadRequest request, @Nullable Duration limit,
			Supplier<CompletionStage<Assessment>> stale) {
		CompletableFuture<Flight.Landing> caller = flight.result().copy();
		Duration soft = this.engine.settings().softTimeout();
		if (soft != null) {
			after(soft, caller, request, () -> serveStale(caller, stale.get()));
		}
		if (limit != null) {
			after(limit, caller, request, () -> serveStale(caller, stale.get()).thenRun(() -> giveUp(caller, request)));
		}
		return caller;
	}

	private void after(Duration limit, CompletableFuture<?> caller, LoadRequest request, Runnable action) {
		Runnable cancel = this.timers.after(limit, () -> request.executor().execute(action));
		caller.whenComplete((landing, failure) -> cancel.run());
	}

	private CompletionStage<Void> serveStale(CompletableFuture<Flight.Landing> caller,
			CompletionStage<Assessment> known) {
		return known.exceptionally((failure) -> Assessment.NOTHING).thenAccept((stale) -> {
			if (!caller.isDone() && stale.isFallback()) {
				this.engine.statistics().add(Event.LOAD_TIMEOUT);
				this.engine.statistics().add(Event.STALE_HIT);
				caller.complete(Flight.Landing.forAll(stale.value()));
			}
		});
	}

	private void giveUp(CompletableFuture<Flight.Landing> caller, LoadRequest request) {
		if (caller.isDone()) {
			return;
		}
		this.engine.statistics().add(Event.LOAD_TIMEOUT);
		Duration hard = this.engine.settings().hardTimeout();
		if (hard != null) {
			caller.completeExceptionally(new CacheLoadTimeoutException(this.engine.name(), hard));
		}
		else {
			this.engine.load(request, request::load)
				.whenComplete((value, failure) -> Flight.settle(caller, Flight.Landing.forAll(value), failure));
		}
	}

}
