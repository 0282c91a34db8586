package io.github.redispatterns.pubsub;

import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.core.ResolvableType;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

import io.github.redispatterns.codec.Decoded;
import io.github.redispatterns.codec.ValueCodec;
import io.github.redispatterns.key.KeySpace;

/**
 * Subscribes to what {@link MessagePublisher} publishes. After a lost connection the
 * container subscribes again; what was published meanwhile is lost.
 */
public final class MessageSubscriber {

	private static final Log logger = LogFactory.getLog(MessageSubscriber.class);

	private final RedisMessageListenerContainer container;

	private final KeySpace channels;

	private final ValueCodec codec;

	/**
	 * Create a subscriber.
	 * @param container holds the one connection of all subscriptions
	 * @param channels the space of channel names
	 * @param codec reads the payload
	 */
	public MessageSubscriber(RedisMessageListenerContainer container, KeySpace channels, ValueCodec codec) {
		this.container = container;
		this.channels = channels;
		this.codec = codec;
	}

	/**
	 * Subscribe to a channel. Returns when the subscription stands, or at once where the
	 * application is still starting.
	 * @param <T> the type of the messages
	 * @param channel the name of the channel, without prefix
	 * @param type the type of the messages; those that are none of it are logged and
	 * dropped
	 * @param listener called for each message, in the order they arrive, one at a time
	 * for all subscriptions together; what it throws is logged
	 * @return ends the subscription
	 */
	public <T> Subscription subscribe(String channel, Class<T> type, Consumer<? super T> listener) {
		MessageListener adapter = (message, pattern) -> deliver(channel, message.getBody(), type, listener);
		this.container.addMessageListener(adapter, ChannelTopic.of(this.channels.channel(channel)));
		return () -> this.container.removeMessageListener(adapter);
	}

	private <T> void deliver(String channel, byte[] body, Class<T> type, Consumer<? super T> listener) {
		Decoded decoded = this.codec.decode(body, ResolvableType.forClass(type));
		if (decoded instanceof Decoded.Value value && value.value() != null) {
			call(channel, type.cast(value.value()), listener);
		}
		else {
			logger.warn("Message on channel '%s' dropped: %s".formatted(channel, decoded));
		}
	}

	private <T> void call(String channel, T message, Consumer<? super T> listener) {
		try {
			listener.accept(message);
		}
		catch (RuntimeException ex) {
			logger.error("Listener of channel '%s' failed; the message is not repeated".formatted(channel), ex);
		}
	}

}
