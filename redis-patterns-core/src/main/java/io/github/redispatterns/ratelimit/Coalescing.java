package io.github.redispatterns.ratelimit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisPatternsException;

/**
 * One call a key at a time: requests that come while a call for their key is on its way
 * are the next call together, in the order in which they came. A lone request goes at
 * once, by itself.
 * <p>
 * What waits is answered with the call before it if that fails: Redis does not answer,
 * and to ask again would take as long once more.
 */
final class Coalescing {

	/** Requests of one call, so that a script stays short. */
	static final int MOST = 1024;

	private final ConcurrentMap<String, Flight> flights = new ConcurrentHashMap<>();

	private final Local local;

	private final Remote remote;

	Coalescing(Local local, Remote remote) {
		this.local = local;
		this.remote = remote;
	}

	CompletableFuture<Decision> join(String key, long cost) {
		Request request = new Request(cost);
		while (true) {
			Flight flight = this.flights.get(key);
			if (flight == null) {
				Flight first = new Flight(key);
				if (this.flights.putIfAbsent(key, first) == null) {
					first.send(List.of(request));
					return request;
				}
			}
			else if (flight.add(request)) {
				return request;
			}
			else {
				this.flights.remove(key, flight);
			}
		}
	}

	/**
	 * Number of keys with a call on its way.
	 * @return for metrics
	 */
	int inFlight() {
		return this.flights.size();
	}

	/** Answers here and now. */
	@FunctionalInterface
	interface Local {

		@Nullable Decision decide(String key, long cost);

	}

	/** Answers in Redis. */
	@FunctionalInterface
	interface Remote {

		/**
		 * Decide as if one came after the other.
		 * @param key whose count
		 * @param costs the costs, in their order
		 * @return the decisions, in the same order
		 */
		CompletionStage<List<Decision>> decide(String key, long[] costs);

	}

	/** A request that waits, and the one that came before it. */
	private static final class Request extends CompletableFuture<Decision> {

		private final long cost;

		private @Nullable Request before;

		Request(long cost) {
			this.cost = cost;
		}

	}

	/** The calls for one key, one after the other, and who waits for the next. */
	private final class Flight extends AtomicReference<@Nullable Request> {

		private static final Request LANDED = new Request(0);

		private final String key;

		/** Who waits, in order; only touched between two calls. */
		private final Deque<Request> waiting = new ArrayDeque<>();

		Flight(String key) {
			this.key = key;
		}

		// Whether there will be another call to wait for.
		boolean add(Request request) {
			while (true) {
				Request last = get();
				if (last == LANDED) {
					return false;
				}
				request.before = last;
				if (compareAndSet(last, request)) {
					return true;
				}
			}
		}

		void send(List<Request> requests) {
			long[] costs = requests.stream().mapToLong((request) -> request.cost).toArray();
			try {
				Coalescing.this.remote.decide(this.key, costs)
					.whenComplete((decisions, failure) -> land(requests, decisions, failure));
			}
			catch (RuntimeException ex) {
				land(requests, List.of(), ex);
			}
		}

		// The next call leaves before anybody is woken up.
		private void land(List<Request> requests, List<Decision> decisions, @Nullable Throwable failure) {
			if (failure != null) {
				fail(requests, RedisPatternsException.causeOf(failure));
				return;
			}
			sendNext();
			for (int i = 0; i < decisions.size(); i++) {
				requests.get(i).complete(decisions.get(i));
			}
		}

		private void sendNext() {
			while (!land()) {
				List<Request> next = new ArrayList<>(Math.min(MOST, this.waiting.size()));
				while (!this.waiting.isEmpty() && next.size() < MOST) {
					Request request = this.waiting.remove();
					if (!answered(request)) {
						next.add(request);
					}
				}
				if (!next.isEmpty()) {
					send(next);
					return;
				}
			}
		}

		// What the last call has brought home may be enough.
		private boolean answered(Request request) {
			Decision decision = Coalescing.this.local.decide(this.key, request.cost);
			return request.isDone() || (decision != null && request.complete(decision));
		}

		private void fail(List<Request> requests, Throwable failure) {
			requests.forEach((request) -> request.completeExceptionally(failure));
			while (!land()) {
				this.waiting.forEach((request) -> request.completeExceptionally(failure));
				this.waiting.clear();
			}
		}

		// Whether nobody waits any more, so that the next request begins a flight.
		private boolean land() {
			if (this.waiting.isEmpty() && compareAndSet(null, LANDED)) {
				Coalescing.this.flights.remove(this.key, this);
				return true;
			}
			Deque<Request> arrived = new ArrayDeque<>();
			for (Request last = getAndSet(null); last != null; last = last.before) {
				arrived.push(last);
			}
			this.waiting.addAll(arrived);
			return false;
		}

	}

}
