package io.github.redispatterns.benchmarks;

import java.util.List;

/**
 * A way to lock, from several nodes with a connection each.
 *
 * @param name what lines call it
 * @param nodes its nodes
 */
record LockPeer(String name, List<Node> nodes) {

	/** A lock that somebody holds. */
	@FunctionalInterface
	interface Held extends AutoCloseable {

	}

	/** A node. */
	@FunctionalInterface
	interface Node {

		/**
		 * Wait for a lock, half a minute at most.
		 * @param lock its name
		 * @return gives it back
		 * @throws Exception if it could not be had
		 */
		Held acquire(String lock) throws Exception;

	}

}
