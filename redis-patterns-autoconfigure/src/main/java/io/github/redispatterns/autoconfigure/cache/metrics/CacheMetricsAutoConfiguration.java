package io.github.redispatterns.autoconfigure.cache.metrics;

import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.github.redispatterns.autoconfigure.cache.CacheAutoConfiguration;
import io.github.redispatterns.cache.TypedCacheManager;

/**
 * {@link AutoConfiguration Auto-configuration} of meters: what is served from where, what
 * is loaded and why, what is waited for.
 */
@AutoConfiguration(after = CacheAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(TypedCacheManager.class)
public final class CacheMetricsAutoConfiguration {

	CacheMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "redisPatternsCacheMetrics")
	MeterBinder redisPatternsCacheMetrics(TypedCacheManager caches) {
		return new CacheMeters(caches);
	}

}
