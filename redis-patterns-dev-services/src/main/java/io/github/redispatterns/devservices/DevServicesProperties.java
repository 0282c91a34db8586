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
public record DevServicesProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue("auto") DevRedisOptions.Source source,
		@DefaultValue(DevRedisOptions.DEFAULT_IMAGE) String image) {

	DevRedisOptions options() {
		return new DevRedisOptions(this.source, this.image);
	}

}
