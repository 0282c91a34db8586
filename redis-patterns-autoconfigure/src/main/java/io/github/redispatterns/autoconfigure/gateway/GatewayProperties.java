package io.github.redispatterns.autoconfigure.gateway;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the way to Redis.
 *
 * @param timeout deadline of a call
 * @param flushConsolidation whether commands of several threads leave in one system call
 * @param tightenDriver whether the driver rejects commands while it is disconnected, and
 * bounds their queue, where the application sets nothing else
 */
@ConfigurationProperties("redis-patterns.gateway")
public record GatewayProperties(@DefaultValue("500ms") Duration timeout,
		@DefaultValue("true") boolean flushConsolidation, @DefaultValue("true") boolean tightenDriver) {
}
