package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Who wants to know that little is left.
 *
 * @param share of what may be taken at once; less than that left is little
 * @param pause how long it is not told again
 * @param listener gets told
 */
record NearLimit(double share, Duration pause, Consumer<NearLimitEvent> listener) {

	private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PAUSE = Duration.ofDays(365);

	static NearLimit of(double share, Duration period, Consumer<NearLimitEvent> listener) {
		Duration pause = (period.compareTo(SHORTEST_PAUSE) < 0) ? SHORTEST_PAUSE : period;
		return new NearLimit(share, (pause.compareTo(LONGEST_PAUSE) < 0) ? pause : LONGEST_PAUSE, listener);
	}

	// What is remembered says nothing new, and what nobody counted nothing at all.
	boolean isNear(Decision decision) {
		boolean counted = decision.source() == Decision.Source.REDIS || decision.source() == Decision.Source.LEASE;
		return counted && (!decision.allowed() || decision.remaining() < this.share * decision.policy().capacity());
	}

}
