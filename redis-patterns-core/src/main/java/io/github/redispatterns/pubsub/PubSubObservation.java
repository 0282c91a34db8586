package io.github.redispatterns.pubsub;

import io.github.redispatterns.gateway.PatternObservation;

/** What is observed of messages. */
public enum PubSubObservation implements PatternObservation {

	/** Publishing a message: {@code sent}, or {@code unheard} where nobody got it. */
	PUBLISH("redis.patterns.pubsub.publish");

	private final String name;

	PubSubObservation(String name) {
		this.name = name;
	}

	@Override
	public String getName() {
		return this.name;
	}

}
