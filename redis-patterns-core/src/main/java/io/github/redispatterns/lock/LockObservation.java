package io.github.redispatterns.lock;

import io.github.redispatterns.gateway.PatternObservation;

/** What is observed of locks. */
public enum LockObservation implements PatternObservation {

	/**
	 * Waiting for a lock, from the call to its answer: {@code acquired} or {@code busy}.
	 */
	ACQUIRE("redis.patterns.lock.acquire"),

	/**
	 * Holding a lock, from the acquisition to its end: {@code released} or {@code lost}.
	 */
	HOLD("redis.patterns.lock.hold");

	private final String name;

	LockObservation(String name) {
		this.name = name;
	}

	@Override
	public String getName() {
		return this.name;
	}

}
