package io.github.redispatterns.sample;

import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.stereotype.Component;

import io.github.redispatterns.pubsub.MessagePublisher;
import io.github.redispatterns.pubsub.MessageSubscriber;
import io.github.redispatterns.pubsub.Subscription;

/** The channel on which the nodes of the shop tell each other what happened. */
@Component
final class Newsroom {

	private static final Log logger = LogFactory.getLog(Newsroom.class);

	private static final String CHANNEL = "sales";

	private final MessagePublisher publisher;

	private final MessageSubscriber subscriber;

	Newsroom(MessagePublisher publisher, MessageSubscriber subscriber) {
		this.publisher = publisher;
		this.subscriber = subscriber;
	}

	/**
	 * Tell all nodes, this one included. A sale stands whether or not anybody heard of
	 * it, so a failure is logged and no more.
	 * @param news what happened
	 */
	void publish(News news) {
		this.publisher.publishAsync(CHANNEL, news).whenComplete((receivers, failure) -> {
			if (failure != null) {
				logger.warn("Nobody heard of " + news, failure);
			}
		});
	}

	Subscription subscribe(Consumer<News> listener) {
		return this.subscriber.subscribe(CHANNEL, News.class, listener);
	}

}
