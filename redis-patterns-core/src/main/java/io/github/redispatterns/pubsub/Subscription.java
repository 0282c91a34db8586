package io.github.redispatterns.pubsub;

/** A standing subscription to a channel. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {

	/** End it: no message is delivered that arrives after this. */
	@Override
	void close();

}
