package io.github.redispatterns.benchmarks;

import java.util.List;

/** The cases of one pattern, and what they need while they run. */
interface PatternBenchmark extends AutoCloseable {

	/**
	 * What to measure.
	 * @return cases, in the order in which they run
	 */
	List<Case> cases();

	/**
	 * Measure what is no rate, such as how long callers wait.
	 * @param effort how long to measure
	 * @return lines in the form of the others, without the name of the pattern
	 * @throws Exception if it fails, which ends the run
	 */
	default List<Ratio> more(Effort effort) throws Exception {
		return List.of();
	}

	@Override
	void close();

}
