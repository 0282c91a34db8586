package io.github.redispatterns.coordination;

import java.time.Duration;

import io.github.redispatterns.gateway.OnRedisFailure;

/**
 * How tasks are run once over all nodes.
 *
 * @param lease after which a run ends whose node is not heard of any more, at least 100
 * ms; renewed every third of it while the node lives
 * @param maxClockSkew by how much the clock of a node may differ from that of Redis. A
 * node that is ahead by more does not run tasks with a calendar, one that is behind by
 * more does not run them while others do
 * @param onRedisFailure {@link OnRedisFailure#CLOSED} not to run while Redis does not
 * answer, {@link OnRedisFailure#OPEN} to run on every node
 */
public record TaskSettings(Duration lease, Duration maxClockSkew, OnRedisFailure onRedisFailure) {

	/** Lease unless another is set. */
	public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

	/** Largest difference of clocks unless another is set. */
	public static final Duration DEFAULT_MAX_CLOCK_SKEW = Duration.ofMinutes(1);

	/** No lease may be shorter: it would end between two renewals. */
	public static final Duration SHORTEST_LEASE = Duration.ofMillis(100);

	public TaskSettings {
		if (lease.compareTo(SHORTEST_LEASE) < 0) {
			throw new IllegalArgumentException("The lease of a task must be at least 100 ms but is " + lease);
		}
		if (maxClockSkew.isNegative()) {
			throw new IllegalArgumentException("The difference of clocks must not be negative but is " + maxClockSkew);
		}
	}

	/**
	 * A lease of 30 seconds, clocks that differ by a minute at most, no run while Redis
	 * is down.
	 * @return the settings
	 */
	public static TaskSettings ofDefaults() {
		return new TaskSettings(DEFAULT_LEASE, DEFAULT_MAX_CLOCK_SKEW, OnRedisFailure.CLOSED);
	}

	/**
	 * The same with another lease.
	 * @param lease at least 100 ms
	 * @return other settings
	 */
	public TaskSettings withLease(Duration lease) {
		return new TaskSettings(lease, this.maxClockSkew, this.onRedisFailure);
	}

	/**
	 * The same with another answer while Redis is down.
	 * @param onRedisFailure whether to run on every node
	 * @return other settings
	 */
	public TaskSettings withOnRedisFailure(OnRedisFailure onRedisFailure) {
		return new TaskSettings(this.lease, this.maxClockSkew, onRedisFailure);
	}

}
