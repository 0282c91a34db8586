package io.github.redispatterns.autoconfigure.session;

import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of sessions. How long a session lives is Spring Boot's
 * {@code spring.session.timeout}.
 *
 * @param enabled whether sessions are kept in Redis
 * @param attributeTypes types of attributes beyond texts, numbers, times and UUIDs, by
 * the alias that stands for the type in Redis
 */
@ConfigurationProperties("redis-patterns.session")
public record SessionProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue Map<String, Class<?>> attributeTypes) {
}
