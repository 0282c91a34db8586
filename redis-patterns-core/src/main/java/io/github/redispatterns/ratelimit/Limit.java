package io.github.redispatterns.ratelimit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One limit of a call of the script {@code decide.lua}.
 *
 * @param policy the policy, with the limits that hold for this key
 * @param key who is asking
 * @param cost units to take, to look (0), or to give back (negative)
 * @param delay how long the caller would wait for its turn
 * @param permit which permit, in ASCII, for {@link RateLimitAlgorithm#CONCURRENCY} only
 */
record Limit(RateLimitPolicy policy, String key, long cost, Duration delay, String permit) {

	/** What the script counts from: 2024, a Monday. */
	static final Instant EPOCH = Instant.parse("2024-01-01T00:00:00Z");

	static Limit of(RateLimitPolicy policy, String key, long cost) {
		return new Limit(policy, key, cost, Duration.ZERO, "");
	}

	/**
	 * The same for a greater cost.
	 * @param cost units on top
	 * @return asks for both
	 */
	Limit plus(long cost) {
		return new Limit(this.policy, this.key, Math.addExact(this.cost, cost), this.delay, this.permit);
	}

	/**
	 * The opposite of this.
	 * @return gives back what this takes
	 */
	Limit refund() {
		return new Limit(this.policy, this.key, -this.cost, Duration.ZERO, this.permit);
	}

	/**
	 * Length of what the script is told of this limit.
	 * @return bytes
	 */
	int length() {
		return 1 + Long.BYTES * (3 + 3 * this.policy.bandwidths().size()) + this.permit.length();
	}

	/**
	 * Tell the script.
	 * @param argument has what its header says added for this limit
	 * @param now the time at the server, as far as is known
	 * @param hotKeys what is kept back from a bucket
	 */
	void write(ByteBuffer argument, Instant now, HotKeys hotKeys) {
		List<Bandwidth> bandwidths = this.policy.bandwidths();
		argument.put((byte) this.policy.algorithm().code())
			.putLong(this.cost)
			.putLong(delayMillis())
			.putLong(bandwidths.size());
		switch (this.policy.algorithm()) {
			case CALENDAR_WINDOW -> {
				CalendarPeriod calendar = this.policy.requiredCalendar();
				argument.putLong(this.policy.limit())
					.putLong(calendar.lengthAt(now).toMillis())
					.putLong(Duration.between(EPOCH, calendar.beginBefore(now)).toMillis());
			}
			case CONCURRENCY -> argument.putLong(this.policy.limit())
				.putLong(this.policy.period().toMillis())
				.putLong(this.permit.length())
				.put(this.permit.getBytes(StandardCharsets.US_ASCII));
			default -> {
				for (Bandwidth bandwidth : bandwidths) {
					long period = bandwidth.period().toMillis();
					argument.putLong(bandwidth.limit())
						.putLong(period)
						.putLong(this.policy.isHot() ? hotKeys.capacity(this.policy) / period : bandwidth.burst());
				}
			}
		}
	}

	private long delayMillis() {
		if (this.delay.isZero()) {
			return 0;
		}
		return this.policy.bandwidths()
			.stream()
			.map(Bandwidth::longestDelay)
			.reduce(this.delay, (one, other) -> (one.compareTo(other) < 0) ? one : other)
			.toMillis();
	}

	/**
	 * Read what the script replies for this limit.
	 * @param reply where that begins
	 * @return the decision
	 */
	Decision read(ByteBuffer reply) {
		boolean allowed = reply.getLong() == 1;
		long remaining = reply.getLong();
		long retry = reply.getLong();
		return new Decision(allowed, this.policy, remaining, (retry < 0) ? Decision.NEVER : Duration.ofMillis(retry),
				Duration.ofMillis(reply.getLong()), Decision.Source.REDIS);
	}

}
