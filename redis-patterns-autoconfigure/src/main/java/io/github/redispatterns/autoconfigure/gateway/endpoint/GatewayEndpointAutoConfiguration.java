package io.github.redispatterns.autoconfigure.gateway.endpoint;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.autoconfigure.RedisPatternsAutoConfiguration;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * {@link AutoConfiguration Auto-configuration} of the actuator endpoint
 * {@code redispatterns}.
 */
@AutoConfiguration(after = RedisPatternsAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(RedisGateway.class)
@ConditionalOnAvailableEndpoint(RedisPatternsEndpoint.class)
public final class GatewayEndpointAutoConfiguration {

	GatewayEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	RedisPatternsEndpoint redisPatternsEndpoint(RedisGateway gateway, ObjectProvider<PatternReport> patterns) {
		return new RedisPatternsEndpoint(gateway, patterns.stream().toList());
	}

}
