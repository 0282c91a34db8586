package io.github.redispatterns.benchmarks;

import java.time.Duration;

/**
 * How long to measure.
 *
 * @param rounds how often each contender has its turn
 * @param turn how long a turn is
 */
record Effort(int rounds, Duration turn) {

	static final Effort QUICK = new Effort(3, Duration.ofMillis(600));

	static final Effort FULL = new Effort(9, Duration.ofSeconds(2));

}
