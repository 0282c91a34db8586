package io.github.redispatterns.autoconfigure.gateway.health;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.autoconfigure.RedisPatternsAutoConfiguration;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * {@link AutoConfiguration Auto-configuration} of the health contributor
 * {@code redisPatterns}.
 */
@AutoConfiguration(after = RedisPatternsAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(RedisGateway.class)
@ConditionalOnEnabledHealthIndicator("redis-patterns")
public final class GatewayHealthContributorAutoConfiguration {

	GatewayHealthContributorAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "redisPatternsHealthContributor")
	GatewayHealthIndicator redisPatternsHealthContributor(RedisGateway gateway,
			ObjectProvider<PatternReport> patterns) {
		return new GatewayHealthIndicator(gateway, patterns.stream().toList());
	}

}
