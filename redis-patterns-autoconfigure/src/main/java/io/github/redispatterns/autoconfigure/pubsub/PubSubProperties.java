package io.github.redispatterns.autoconfigure.pubsub;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.github.redispatterns.gateway.OnRedisFailure;

/**
 * Settings of pub/sub.
 *
 * @param enabled whether messages can be published and received
 * @param onRedisFailure what becomes of published messages while Redis does not answer
 * @param queueCapacity number of received messages that may wait for their listeners;
 * more are dropped with a warning
 */
@ConfigurationProperties("redis-patterns.pubsub")
public record PubSubProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue("closed") OnRedisFailure onRedisFailure, @DefaultValue("10000") int queueCapacity) {
}
