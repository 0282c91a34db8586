package io.github.redispatterns.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What all patterns share.
 *
 * @param keyPrefix first part of every key and channel; instances that share it share
 * their data (default: spring.application.name)
 * @param nodeId name of this instance where others look, such as at who holds a lock
 * (default: process id and host)
 */
@ConfigurationProperties("redis-patterns")
public record RedisPatternsProperties(@Nullable String keyPrefix, @Nullable String nodeId) {
}
