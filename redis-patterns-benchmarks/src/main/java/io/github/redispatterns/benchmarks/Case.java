package io.github.redispatterns.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The same work done by us and by peers.
 *
 * @param name the name, kebab-case
 * @param threads how many threads call at the same time
 * @param virtual whether they are virtual ones
 * @param trips round trips of one of our operations
 * @param contenders makes the work by the name of who does it; ours is {@link #OURS}
 */
record Case(String name, int threads, boolean virtual, double trips, Map<String, Supplier<Operation>> contenders) {

	static final String OURS = "redis-patterns";

	static <T> Case of(String name, int threads, Function<T, Operation> work, Peer<T> ours, List<Peer<T>> peers) {
		Map<String, Supplier<Operation>> contenders = new LinkedHashMap<>();
		contenders.put(OURS, () -> work.apply(ours.get()));
		peers.forEach((peer) -> contenders.put(peer.name(), () -> work.apply(peer.get())));
		return new Case(name, threads, false, 1, contenders);
	}

	Case onVirtualThreads() {
		return new Case(this.name, this.threads, true, this.trips, this.contenders);
	}

	Case withTrips(double trips) {
		return new Case(this.name, this.threads, this.virtual, trips, this.contenders);
	}

	/** One call, which may be many operations. */
	@FunctionalInterface
	interface Operation {

		/**
		 * Call.
		 * @return number of operations that were done
		 * @throws Exception if it fails, which ends the run
		 */
		int run() throws Exception;

	}

}
