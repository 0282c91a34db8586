package io.github.redispatterns.benchmarks;

/**
 * One turn of a contender.
 *
 * @param work what it did
 * @param used what that used of the server
 */
record Turn(Contender.Work work, Usage.Reading used) {

	double rate() {
		return this.work.operations() * 1e9 / this.work.nanos();
	}

	double jvmMicros() {
		return this.work.cpuNanos() / 1e3;
	}

	double each(double amount) {
		return amount / Math.max(1, this.work.operations());
	}

}
