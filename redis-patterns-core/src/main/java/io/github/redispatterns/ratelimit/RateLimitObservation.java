package io.github.redispatterns.ratelimit;

import io.github.redispatterns.gateway.PatternObservation;

/** What is observed of rate limits. */
public enum RateLimitObservation implements PatternObservation {

	/**
	 * A decision, by policy: {@code allowed} or {@code refused} by Redis, with
	 * {@code -local} or {@code -open} behind it where Redis did not answer.
	 */
	DECIDE("redis.patterns.rate-limit.decide");

	private final String name;

	RateLimitObservation(String name) {
		this.name = name;
	}

	@Override
	public String getName() {
		return this.name;
	}

	static String outcome(Decision decision) {
		String outcome = decision.allowed() ? "allowed" : "refused";
		return switch (decision.source()) {
			case REDIS, LEASE, REMEMBERED -> outcome;
			case LOCAL -> outcome + "-local";
			case OPEN -> outcome + "-open";
		};
	}

}
