package io.github.redispatterns.autoconfigure.ratelimit.metrics;

import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.github.redispatterns.autoconfigure.ratelimit.RateLimitAutoConfiguration;
import io.github.redispatterns.ratelimit.RateLimiters;

/**
 * {@link AutoConfiguration Auto-configuration} of counters and gauges of rate limits.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(RateLimiters.class)
public final class RateLimitMetricsAutoConfiguration {

	RateLimitMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "redisPatternsRateLimitMetrics")
	MeterBinder redisPatternsRateLimitMetrics(RateLimiters limiters) {
		return new RateLimitMetrics(limiters);
	}

}
