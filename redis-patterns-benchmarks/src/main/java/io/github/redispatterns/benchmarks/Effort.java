package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.List;

/**
 * How long to measure.
 *
 * @param rounds how often each contender has its turn
 * @param turn how long a turn is
 * @param all how long all cases may take together
 */
record Effort(int rounds, Duration turn, Duration all) {

	static final Effort QUICK = new Effort(3, Duration.ofMillis(600), Duration.ofSeconds(40));

	static final Effort FULL = new Effort(9, Duration.ofSeconds(2), Duration.ofMinutes(7));

	/** So many turns long is the one that warms up and does not count. */
	private static final int WARM_UP = 3;

	/**
	 * A single thread's rate moves with the core on which it wakes, from turn to turn.
	 */
	private static final int FINER = 4;

	Duration warmUp() {
		return this.turn.multipliedBy(WARM_UP);
	}

	/**
	 * Spread over more and shorter turns what one thread does.
	 * @param threads number of threads
	 * @return the effort for that
	 */
	Effort of(int threads) {
		return (threads != 1) ? this : new Effort(FINER * this.rounds, this.turn.dividedBy(FINER), this.all);
	}

	/**
	 * Shorten the turns so that all cases have theirs in time.
	 * @param cases what is measured
	 * @return the effort for each of them
	 */
	Effort spreadOver(List<Case> cases) {
		long turns = cases.stream()
			.mapToLong((aCase) -> ((long) this.rounds + WARM_UP) * aCase.contenders().size())
			.sum();
		Duration share = this.all.dividedBy(Math.max(1, turns));
		return (share.compareTo(this.turn) < 0) ? new Effort(this.rounds, share, this.all) : this;
	}

}
