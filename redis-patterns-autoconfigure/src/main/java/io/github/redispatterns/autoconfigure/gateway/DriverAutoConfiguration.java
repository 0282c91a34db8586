package io.github.redispatterns.autoconfigure.gateway;

import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.github.redispatterns.gateway.FlushConsolidation;

/**
 * {@link AutoConfiguration Auto-configuration} of the driver through Spring Boot's
 * customizers. Ours come first, so that those of the application have the last word. The
 * driver's command timeout is left alone: a shorter one would end the application's own
 * blocking reads, and the gateway has its deadline.
 */
@AutoConfiguration(before = DataRedisAutoConfiguration.class)
@ConditionalOnClass(RedisClient.class)
public final class DriverAutoConfiguration {

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
	LettuceClientOptionsBuilderCustomizer redisPatternsBoundedQueue() {
		return (options) -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
			.requestQueueSize(REQUEST_QUEUE_SIZE);
	}

}
