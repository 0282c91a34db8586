package io.github.redispatterns.autoconfigure.cache.endpoint;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.github.redispatterns.autoconfigure.cache.CacheAutoConfiguration;
import io.github.redispatterns.cache.TypedCacheManager;

/**
 * {@link AutoConfiguration Auto-configuration} of the actuator endpoint
 * {@code rediscaches}.
 */
@AutoConfiguration(after = CacheAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(TypedCacheManager.class)
@ConditionalOnAvailableEndpoint(RedisCachesEndpoint.class)
public final class RedisCachesEndpointAutoConfiguration {

	RedisCachesEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	RedisCachesEndpoint redisCachesEndpoint(TypedCacheManager caches) {
		return new RedisCachesEndpoint(caches);
	}

}
