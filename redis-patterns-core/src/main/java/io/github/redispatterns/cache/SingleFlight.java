package io.github.redispatterns.cache;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Lets one caller in this JVM do the work for a key while the others wait for its result.
 * Holds as many keys as are being worked on.
 */
final class SingleFlight {

	private final Map<String, Flight> flights = new ConcurrentHashMap<>();

	/**
	 * Work in this thread, or wait for the thread that does.
	 * @param <T> the type of the result
	 * @param key what the work is about
	 * @param work the work; if it comes here again for the same key it just runs
	 * @return the result, the same object for all
	 * @throws Exception what the work throws, the same for all
	 */
	@SuppressWarnings("unchecked")
	<T> @Nullable T run(String key, Callable<@Nullable T> work) throws Exception {
		Flight mine = new Flight(Thread.currentThread(), new CompletableFuture<>());
		Flight first = this.flights.putIfAbsent(key, mine);
		if (first == null) {
			return lead(key, mine, work);
		}
		return (first.leader() == Thread.currentThread()) ? work.call() : (T) follow(first);
	}

	/**
	 * The same for work that gives a future.
	 * @param <T> the type of the result
	 * @param key what the work is about
	 * @param work starts the work
	 * @return the result
	 */
	@SuppressWarnings("unchecked")
	<T extends @Nullable Object> CompletableFuture<T> start(String key, Supplier<CompletableFuture<T>> work) {
		Flight mine = new Flight(null, new CompletableFuture<>());
		Flight first = this.flights.putIfAbsent(key, mine);
		if (first != null) {
			return (CompletableFuture<T>) first.result().copy();
		}
		// Callers get copies: one who cancels leaves the work and the others alone.
		supply(work).whenComplete((value, failure) -> land(key, mine, value, failure));
		return (CompletableFuture<T>) mine.result().copy();
	}

	private <T> @Nullable T lead(String key, Flight flight, Callable<@Nullable T> work) throws Exception {
		try {
			T value = work.call();
			land(key, flight, value, null);
			return value;
		}
		catch (Throwable ex) {
			land(key, flight, null, ex);
			throw ex;
		}
	}

	private @Nullable Object follow(Flight flight) throws Exception {
		try {
			return flight.result().get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw (ex.getCause() instanceof Exception failure) ? failure : ex;
		}
	}

	private void land(String key, Flight flight, @Nullable Object value, @Nullable Throwable failure) {
		this.flights.remove(key, flight);
		if (failure != null) {
			flight.result().completeExceptionally(failure);
		}
		else {
			flight.result().complete(value);
		}
	}

	private static <T extends @Nullable Object> CompletableFuture<T> supply(Supplier<CompletableFuture<T>> work) {
		try {
			return work.get();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Work under way.
	 *
	 * @param leader the thread that works, if it is one
	 * @param result what it will give
	 */
	private record Flight(@Nullable Thread leader, CompletableFuture<@Nullable Object> result) {
	}

}
