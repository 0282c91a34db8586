package io.github.redispatterns.autoconfigure.pubsub;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of pub/sub.
 *
 * @param enabled whether messages can be published and received
 * @param queueCapacity number of received messages that may wait for their listeners;
 * more are dropped with a warning
 */
@ConfigurationProperties("redis-patterns.pubsub")
public record PubSubProperties(@DefaultValue("true") boolean enabled, @DefaultValue("10000") int queueCapacity) {
}
