package io.github.redispatterns.devservices;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the Redis for development.
 *
 * @param enabled whether a Redis is started when none is configured
 * @param source where the server comes from
 * @param image image of the container
 */
@ConfigurationProperties("redis-patterns.dev-services")
public record DevServicesProperties(@DefaultValue("true") boolean enabled, @DefaultValue("auto") Source source,
		@DefaultValue(DEFAULT_IMAGE) String image) {

	static final String DEFAULT_IMAGE = "redis:8-alpine";

	/** Where the server comes from. */
	public enum Source {

		/** The first that works of the others, in their order. */
		AUTO,

		/** A container, where a container engine answers. */
		CONTAINER,

		/** The redis-server or valkey-server on the PATH. */
		PATH,

		/** The server that a jar on the class path carries, for Linux and macOS. */
		CARRIED

	}

}
