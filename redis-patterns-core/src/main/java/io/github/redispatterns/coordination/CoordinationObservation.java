package io.github.redispatterns.coordination;

import io.github.redispatterns.gateway.PatternObservation;

/** What is observed of coordination. The name is that of the operation or task. */
public enum CoordinationObservation implements PatternObservation {

	/**
	 * Claiming an operation, with the wait for another's answer: {@code claimed},
	 * {@code answered}, {@code in-flight} or {@code different}.
	 */
	CLAIM("redis.patterns.coordination.claim"),

	/**
	 * Asking whether a fire is to be run here: {@code ran} where it is,
	 * {@code done-before}, {@code still-running} or {@code clock-ahead}.
	 */
	FIRE("redis.patterns.coordination.fire");

	private final String name;

	CoordinationObservation(String name) {
		this.name = name;
	}

	@Override
	public String getName() {
		return this.name;
	}

}
