package io.github.redispatterns.autoconfigure.cache;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.context.annotation.Bean;

import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.autoconfigure.RedisPatternsAutoConfiguration;
import io.github.redispatterns.cache.CacheKeys;
import io.github.redispatterns.cache.TypedCacheManager;
import io.github.redispatterns.cache.TypedCachePostProcessor;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.codec.ValueCodec;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * {@link AutoConfiguration Auto-configuration} of caches, in place of Spring Boot's
 * unless {@code spring.cache.type} asks for another store. {@code @EnableCaching} is left
 * to the application.
 */
@AutoConfiguration(after = RedisPatternsAutoConfiguration.class,
		beforeName = "org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration")
@ConditionalOnBean(RedisGateway.class)
@ConditionalOnBooleanProperty(name = "redis-patterns.cache.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "spring.cache.type", havingValue = "redis", matchIfMissing = true)
@EnableConfigurationProperties(CacheProperties.class)
public final class CacheAutoConfiguration {

	CacheAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	CacheKeys cacheKeys() {
		return new CacheKeys();
	}

	@Bean
	static TypedCachePostProcessor cachePostProcessor(BeanFactory beans) {
		return new TypedCachePostProcessor(beans);
	}

	@Bean
	@ConditionalOnMissingBean(CacheManager.class)
	TypedCacheManager cacheManager(RedisGateway gateway, KeySpace keySpace, ValueCodec codec, CacheKeys keys,
			CacheProperties properties) {
		TypedCacheManager.Builder builder = TypedCacheManager.builder(gateway, keySpace, PayloadPipeline.of(codec))
			.keys(keys)
			.defaults(properties.defaults());
		properties.settings().forEach(builder::cache);
		return builder.build();
	}

	@Bean
	@ConditionalOnBean(TypedCacheManager.class)
	@ConditionalOnMissingBean(CachingConfigurer.class)
	TypedCachingConfigurer cachingConfigurer(TypedCacheManager cacheManager, CacheKeys keys,
			CacheProperties properties) {
		return new TypedCachingConfigurer(cacheManager, keys, properties.onRedisFailure());
	}

	@Bean
	PatternReport cacheReport(CacheProperties properties) {
		return new PatternReport("cache",
				"time to live %s, while Redis is down %s, own settings for %s".formatted(
						PatternReport.text(properties.timeToLive()), properties.onRedisFailure(),
						properties.caches().keySet()));
	}

}
