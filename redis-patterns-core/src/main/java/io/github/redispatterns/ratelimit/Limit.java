package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.github.redispatterns.key.KeySpace;

/**
 * One limit of a call of the script {@code decide.lua}.
 *
 * @param policy the policy, with the limits that hold for this key
 * @param key who is asking
 * @param cost units to take, to look (0), or to give back (negative)
 * @param delay how long the caller would wait for its turn
 * @param permit which permit, for {@link RateLimitAlgorithm#CONCURRENCY} only
 */
record Limit(RateLimitPolicy policy, String key, long cost, Duration delay, String permit) {

	/** What the script counts from: 2024, a Monday. */
	static final Instant EPOCH = Instant.parse("2024-01-01T00:00:00Z");

	/** Number of replies of the script for a limit. */
	static final int REPLIES = 5;

	static Limit of(RateLimitPolicy policy, String key, long cost) {
		return new Limit(policy, key, cost, Duration.ZERO, "");
	}

	/**
	 * Where it is counted.
	 * @param keys the key space of rate limits
	 * @return <code>prefix:rate-limit:policy:form:{key}</code>: all limits of a key share
	 * a slot
	 */
	String stateKey(KeySpace keys) {
		return states(this.policy, keys).key(this.key);
	}

	static KeySpace states(RateLimitPolicy policy, KeySpace keys) {
		return keys.child(policy.name()).child(policy.form());
	}

	/**
	 * The opposite of this.
	 * @return gives back what this takes
	 */
	Limit refund() {
		return new Limit(this.policy, this.key, -this.cost, Duration.ZERO, this.permit);
	}

	/**
	 * The arguments of the script.
	 * @param now the time at the server, as far as is known
	 * @param hotKeys what is kept back from a bucket
	 * @return what its header says for each limit
	 */
	List<Object> arguments(Instant now, HotKeys hotKeys) {
		List<Object> arguments = new ArrayList<>();
		List<Bandwidth> bandwidths = this.policy.bandwidths();
		arguments.addAll(List.of(this.policy.algorithm().script(), this.cost, delayMillis(), bandwidths.size()));
		if (this.policy.algorithm() == RateLimitAlgorithm.CALENDAR_WINDOW) {
			CalendarPeriod calendar = this.policy.requiredCalendar();
			arguments.addAll(List.of(this.policy.limit(), calendar.lengthAt(now).toMillis(),
					Duration.between(EPOCH, calendar.beginBefore(now)).toMillis()));
			return arguments;
		}
		for (Bandwidth bandwidth : bandwidths) {
			arguments.addAll(List.of(bandwidth.limit(), bandwidth.period().toMillis(), extra(bandwidth, hotKeys)));
		}
		return arguments;
	}

	private Object extra(Bandwidth bandwidth, HotKeys hotKeys) {
		if (this.policy.algorithm() == RateLimitAlgorithm.CONCURRENCY) {
			return this.permit;
		}
		return this.policy.isHot() ? hotKeys.capacity(this.policy) / bandwidth.period().toMillis() : bandwidth.burst();
	}

	private long delayMillis() {
		Duration longest = this.policy.bandwidths()
			.stream()
			.map(Bandwidth::longestDelay)
			.min(Duration::compareTo)
			.orElse(Duration.ZERO);
		return ((this.delay.compareTo(longest) < 0) ? this.delay : longest).toMillis();
	}

	/**
	 * Read the replies of the script for this limit.
	 * @param replies all replies
	 * @param first where those of this limit begin
	 * @param all whether every limit of the call allows, and so this one was taken
	 * @return the decision
	 */
	Decision decision(List<Long> replies, int first, boolean all) {
		boolean allowed = replies.get(first) == 1;
		long remaining = replies.get(all ? first + 2 : first + 1);
		long retry = replies.get(first + 3);
		return new Decision(allowed, this.policy, remaining, (retry < 0) ? Decision.NEVER : Duration.ofMillis(retry),
				Duration.ofMillis(replies.get(first + 4)), Decision.Source.REDIS);
	}

}
