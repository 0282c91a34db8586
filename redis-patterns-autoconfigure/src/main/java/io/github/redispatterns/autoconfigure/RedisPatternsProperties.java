package io.github.redispatterns.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What all patterns share.
 *
 * @param keyPrefix first part of every key and channel; instances that share it share
 * their data (default: spring.application.name)
 * @param nodeId name of this instance where others look, such as at who holds a lock
 * (default: process id and host)
 * @param timeout time that a caller waits for an answer of Redis
 */
@ConfigurationProperties("redis-patterns")
public record RedisPatternsProperties(@Nullable String keyPrefix, @Nullable String nodeId,
		@DefaultValue("500ms") Duration timeout) {
}
