package io.github.redispatterns.autoconfigure.gateway;

import java.time.Duration;

import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientConfigurationBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

import io.github.redispatterns.gateway.FlushConsolidation;

/**
 * {@link AutoConfiguration Auto-configuration} of the driver through Spring Boot's
 * customizers. Ours come first, so that those of the application have the last word.
 */
@AutoConfiguration(before = DataRedisAutoConfiguration.class)
@ConditionalOnClass(RedisClient.class)
public final class DriverAutoConfiguration {

	/** Long enough for any command of an application, short enough to notice. */
	private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(2);

	private static final int REQUEST_QUEUE_SIZE = 10_000;

	DriverAutoConfiguration() {
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnBooleanProperty(name = "redis-patterns.gateway.flush-consolidation", matchIfMissing = true)
	ClientResourcesBuilderCustomizer redisPatternsFlushConsolidation() {
		return (resources) -> resources.nettyCustomizer(new FlushConsolidation());
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnBooleanProperty(name = "redis-patterns.gateway.tighten-driver", matchIfMissing = true)
	LettuceClientConfigurationBuilderCustomizer redisPatternsCommandTimeout(Environment environment) {
		boolean set = environment.containsProperty("spring.data.redis.timeout");
		return (client) -> {
			if (!set) {
				client.commandTimeout(COMMAND_TIMEOUT);
			}
		};
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnBooleanProperty(name = "redis-patterns.gateway.tighten-driver", matchIfMissing = true)
	LettuceClientOptionsBuilderCustomizer redisPatternsBoundedQueue() {
		return (options) -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
			.requestQueueSize(REQUEST_QUEUE_SIZE);
	}

}
