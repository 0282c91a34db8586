package io.github.redispatterns.devservices;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link AutoConfiguration Auto-configuration} of a Redis for development, where neither
 * a property of {@code spring.data.redis} nor a bean names a server.
 */
@AutoConfiguration(before = DataRedisAutoConfiguration.class)
@Conditional(NoServerNamedCondition.class)
@ConditionalOnMissingBean(DataRedisConnectionDetails.class)
@ConditionalOnBooleanProperty(name = "redis-patterns.dev-services.enabled", matchIfMissing = true)
@EnableConfigurationProperties(DevServicesProperties.class)
public final class DevServicesAutoConfiguration {

	private static final Log logger = LogFactory.getLog(DevServicesAutoConfiguration.class);

	DevServicesAutoConfiguration() {
	}

	@Bean
	RedisServer redisDevServer(DevServicesProperties properties) {
		RedisServer server = DevRedis.start(properties.options());
		logger.info("Redis for development: " + server + " (spring.data.redis.url names one of your own)");
		return server;
	}

	@Bean
	DataRedisConnectionDetails redisDevConnectionDetails(RedisServer server) {
		return new DevConnectionDetails(server.host(), server.port());
	}

	/**
	 * Where the server listens.
	 *
	 * @param host the host
	 * @param port the port
	 */
	private record DevConnectionDetails(String host, int port) implements DataRedisConnectionDetails {

		@Override
		public Standalone getStandalone() {
			return Standalone.of(this.host, this.port);
		}

	}

}
