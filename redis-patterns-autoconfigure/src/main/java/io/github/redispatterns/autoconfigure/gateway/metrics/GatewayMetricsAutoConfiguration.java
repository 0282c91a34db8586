package io.github.redispatterns.autoconfigure.gateway.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.github.redispatterns.autoconfigure.RedisPatternsAutoConfiguration;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * {@link AutoConfiguration Auto-configuration} of gauges: whether the breaker is open (1)
 * or not (0), and how many deadlines and pauses wait.
 */
@AutoConfiguration(after = RedisPatternsAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(RedisGateway.class)
public final class GatewayMetricsAutoConfiguration {

	GatewayMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "redisPatternsGatewayMetrics")
	MeterBinder redisPatternsGatewayMetrics(RedisGateway gateway) {
		return (registry) -> {
			Gauge.builder("redis.patterns.gateway.breaker.open", gateway, (open) -> open.breaker().isOpen() ? 1 : 0)
				.register(registry);
			Gauge.builder("redis.patterns.gateway.timers.pending", gateway, (waiting) -> waiting.timers().pending())
				.register(registry);
		};
	}

}
