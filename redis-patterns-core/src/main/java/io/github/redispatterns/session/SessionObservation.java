package io.github.redispatterns.session;

import io.github.redispatterns.gateway.PatternObservation;

/** What is observed of sessions. */
public enum SessionObservation implements PatternObservation {

	/** Reading a session: {@code found} or {@code missing}. */
	LOAD("redis.patterns.session.load"),

	/** Writing what changed: {@code saved}, or {@code ended} where somebody ended it. */
	SAVE("redis.patterns.session.save");

	private final String name;

	SessionObservation(String name) {
		this.name = name;
	}

	@Override
	public String getName() {
		return this.name;
	}

}
