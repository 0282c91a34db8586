package io.github.redispatterns.benchmarks;

import java.util.List;

/** The cases of one pattern, and what they need while they run. */
interface PatternBenchmark extends AutoCloseable {

	/**
	 * What to measure.
	 * @return cases, in the order in which they run
	 */
	List<Case> cases();

	@Override
	void close();

}
