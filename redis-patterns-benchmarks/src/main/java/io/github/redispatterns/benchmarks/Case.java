package io.github.redispatterns.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The same work done by us and by peers.
 *
 * @param name the name, kebab-case
 * @param threads how many threads call at the same time
 * @param virtual whether they are virtual ones
 * @param trips round trips of one of our operations
 * @param contenders who does the work, by name; ours is {@link #OURS}
 */
record Case(String name, int threads, boolean virtual, double trips, Map<String, Operation> contenders) {

	static final String OURS = "redis-patterns";

	static Case of(String name, int threads, Operation ours) {
		return new Case(name, threads, false, 1, Map.of(OURS, ours));
	}

	Case beside(String peer, Operation operation) {
		Map<String, Operation> more = new LinkedHashMap<>(this.contenders);
		more.put(peer, operation);
		return new Case(this.name, this.threads, this.virtual, this.trips, more);
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
