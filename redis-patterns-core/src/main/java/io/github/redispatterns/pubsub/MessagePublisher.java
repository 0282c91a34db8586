package io.github.redispatterns.pubsub;

import java.util.concurrent.CompletionStage;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.codec.ValueCodec;
import io.github.redispatterns.gateway.FailureAnswer;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * Publishes messages as JSON on the channel {@code prefix:pubsub:<channel>}, with one
 * {@code PUBLISH}. A message reaches those who are subscribed at that moment, at most
 * once: nobody who is away gets it later.
 */
public final class MessagePublisher {

	private static final Log logger = LogFactory.getLog(MessagePublisher.class);

	private final RedisGateway gateway;

	private final KeySpace channels;

	private final ValueCodec codec;

	private final FailureAnswer<Long> onFailure;

	/**
	 * Create a publisher.
	 * @param gateway the way to Redis
	 * @param channels the space of channel names
	 * @param codec writes the payload
	 * @param onRedisFailure what becomes of messages while Redis does not answer: dropped
	 * when open, not known to the caller; there is no local answer
	 */
	public MessagePublisher(RedisGateway gateway, KeySpace channels, ValueCodec codec, OnRedisFailure onRedisFailure) {
		this.gateway = gateway;
		this.channels = channels;
		this.codec = codec;
		this.onFailure = new FailureAnswer<>(onRedisFailure.requireAnyOf(OnRedisFailure.OPEN, OnRedisFailure.CLOSED),
				(outage) -> {
					logger.warn("Message dropped: " + outage.getMessage());
					return 0L;
				});
	}

	/**
	 * Publish a message.
	 * @param channel the name of the channel, without prefix
	 * @param payload the message, not {@code null}
	 * @return number of subscribed connections that it was sent to; on a Redis Cluster
	 * only those of one node are counted
	 */
	public CompletionStage<Long> publishAsync(String channel, Object payload) {
		byte[] name = RedisGateway.utf8(this.channels.channel(channel));
		byte[] body = this.codec.encode(payload, ResolvableType.forInstance(payload));
		return this.onFailure.or(this.gateway.observations()
			.observe(PubSubObservation.PUBLISH, () -> this.gateway.command((redis) -> redis.publish(name, body)),
					(receivers) -> (receivers > 0) ? "sent" : "unheard"));
	}

	/**
	 * Publish a message and wait until the server has it.
	 * @param channel the name of the channel, without prefix
	 * @param payload the message, not {@code null}
	 * @return number of subscribed connections, as {@link #publishAsync} counts them
	 */
	public long publish(String channel, Object payload) {
		return this.gateway.await(publishAsync(channel, payload));
	}

}
