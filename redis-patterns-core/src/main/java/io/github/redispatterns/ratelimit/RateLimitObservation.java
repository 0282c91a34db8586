package io.github.redispatterns.ratelimit;

import io.github.redispatterns.gateway.PatternObservation;

/** What is observed of rate limits. */
public enum RateLimitObservation implements PatternObservation {

	/**
	 * A decision, by policy: {@code allowed} or {@code refused} by Redis, with
	 * {@code -local} or {@code -open} behind it where Redis did not answer.
	 */
	DECIDE("redis.patterns.rate-limit.decide"),

	/** What a rule that is only tried out would say, by rule, with the same outcomes. */
	SHADOW("redis.patterns.rate-limit.shadow");

	private final String name;

	RateLimitObservation(String name) {
		this.name = name;
	}

	@Override
	public String getName() {
		return this.name;
	}

	/**
	 * What a decision means.
	 * @param decision the decision
	 * @return one of few words
	 */
	public static String outcome(Decision decision) {
		String outcome = decision.allowed() ? "allowed" : "refused";
		return switch (decision.source()) {
			case REDIS, LEASE, REMEMBERED -> outcome;
			case LOCAL -> outcome + "-local";
			case OPEN -> outcome + "-open";
		};
	}

}
