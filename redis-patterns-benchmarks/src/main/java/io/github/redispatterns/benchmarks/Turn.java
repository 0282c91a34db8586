package io.github.redispatterns.benchmarks;

import java.time.Duration;

/**
 * One turn of a contender.
 *
 * @param operations how many it did
 * @param elapsed in which time
 * @param used what that used
 */
record Turn(long operations, Duration elapsed, Usage.Reading used) {

	double rate() {
		return this.operations * 1e9 / this.elapsed.toNanos();
	}

	double each(double amount) {
		return amount / Math.max(1, this.operations);
	}

}
