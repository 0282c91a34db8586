package io.github.redispatterns.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.autoconfigure.gateway.GatewayProperties;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;

/**
 * {@link AutoConfiguration Auto-configuration} of what all patterns stand on. Without a
 * connection to Redis there is none of it, and so no pattern.
 */
@AutoConfiguration(after = DataRedisAutoConfiguration.class)
@ConditionalOnSingleCandidate(RedisConnectionFactory.class)
@EnableConfigurationProperties({ RedisPatternsProperties.class, GatewayProperties.class })
public final class RedisPatternsAutoConfiguration {

	RedisPatternsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	Timers redisPatternsTimers() {
		return new Timers();
	}

	@Bean
	@ConditionalOnMissingBean
	RedisGateway redisPatternsGateway(RedisConnectionFactory connectionFactory, Timers timers,
			GatewayProperties properties, ObjectProvider<ObservationRegistry> observations) {
		if (!(connectionFactory instanceof LettuceConnectionFactory lettuce)) {
			throw new InvalidConfigurationPropertyValueException("spring.data.redis.client-type",
					connectionFactory.getClass().getSimpleName(), "redis-patterns works with Lettuce only");
		}
		return PropertyCheck.create("redis-patterns.gateway.timeout", properties.timeout(),
				() -> new RedisGateway(lettuce, properties.timeout(), timers,
						observations.getIfUnique(() -> ObservationRegistry.NOOP)));
	}

	@Bean
	@ConditionalOnMissingBean
	KeySpace redisPatternsKeySpace(RedisPatternsProperties properties, Environment environment) {
		return ApplicationKeySpace.create(properties.keyPrefix(), environment);
	}

	@Bean
	@ConditionalOnMissingBean
	NodeId redisPatternsNodeId(RedisPatternsProperties properties) {
		return (properties.nodeId() != null) ? new NodeId(properties.nodeId()) : NodeId.ofProcess();
	}

	@Bean
	BreakerEvents redisPatternsBreakerEvents(RedisGateway gateway, ApplicationEventPublisher events) {
		return new BreakerEvents(gateway.breaker(), events);
	}

	@Bean
	StartupReport redisPatternsStartupReport(ObjectProvider<PatternReport> patterns) {
		return new StartupReport(patterns);
	}

}
