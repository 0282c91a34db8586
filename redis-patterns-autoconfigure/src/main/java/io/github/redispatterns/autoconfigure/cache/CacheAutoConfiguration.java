package io.github.redispatterns.autoconfigure.cache;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;

import io.github.redispatterns.autoconfigure.AutoProxyRegistrar;
import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.autoconfigure.RedisPatternsAutoConfiguration;
import io.github.redispatterns.autoconfigure.codec.CodecAutoConfiguration;
import io.github.redispatterns.cache.CacheKeys;
import io.github.redispatterns.cache.CacheLoader;
import io.github.redispatterns.cache.CacheWriter;
import io.github.redispatterns.cache.CacheableAllAdvisor;
import io.github.redispatterns.cache.EvictTagsAdvisor;
import io.github.redispatterns.cache.TtlPolicy;
import io.github.redispatterns.cache.TypedCacheManager;
import io.github.redispatterns.cache.TypedCachePostProcessor;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * {@link AutoConfiguration Auto-configuration} of caches, in place of Spring Boot's
 * unless {@code spring.cache.type} asks for another store. {@code @EnableCaching} is left
 * to the application.
 */
@AutoConfiguration(after = { RedisPatternsAutoConfiguration.class, CodecAutoConfiguration.class },
		beforeName = "org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration")
@ConditionalOnBean(RedisGateway.class)
@ConditionalOnBooleanProperty(name = "redis-patterns.cache.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "spring.cache.type", havingValue = "redis", matchIfMissing = true)
@EnableConfigurationProperties(CacheProperties.class)
@Import(AutoProxyRegistrar.class)
public final class CacheAutoConfiguration {

	/** A node that follows the others looks at least once a second. */
	private static final Duration LONGEST_LAG = Duration.ofSeconds(10);

	CacheAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	CacheKeys cacheKeys() {
		return new CacheKeys();
	}

	@Bean
	@ConditionalOnMissingBean(CacheManager.class)
	TypedCacheManager cacheManager(RedisGateway gateway, KeySpace keySpace, PayloadPipeline payloads, CacheKeys keys,
			CacheProperties properties, ObjectProvider<TtlPolicy> ttlPolicies,
			ObjectProvider<CacheLoader<?, ?>> loaders, ObjectProvider<CacheWriter<?, ?>> writers,
			ObjectProvider<CacheManagerCustomizer> customizers) {
		TypedCacheManager.Builder builder = TypedCacheManager.builder(gateway, keySpace, payloads)
			.keys(keys)
			.defaults(properties.defaults());
		properties.settings().forEach(builder::cache);
		ttlPolicies.forEach(builder::ttlPolicy);
		loaders.forEach(builder::loader);
		writers.forEach(builder::writer);
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder.build();
	}

	@Bean
	PatternReport cacheReport(CacheProperties properties, ObjectProvider<TypedCacheManager> caches) {
		return new PatternReport("cache",
				"time to live %s, while Redis is down %s, near cache %s, own settings for %s".formatted(
						PatternReport.text(properties.timeToLive()), properties.onRedisFailure(),
						properties.near().enabled() ? "on" : "off", properties.caches().keySet()),
				() -> progress(caches.getIfAvailable()));
	}

	private static PatternReport.Progress progress(@Nullable TypedCacheManager caches) {
		if (caches == null || caches.nearCacheLag().isZero()) {
			return PatternReport.Progress.IDLE;
		}
		Duration lag = caches.nearCacheLag();
		return new PatternReport.Progress(lag.compareTo(LONGEST_LAG) < 0, Map.of("nearCacheLagMillis", lag.toMillis()));
	}

	@Bean
	static TypedCachePostProcessor cachePostProcessor(BeanFactory beans) {
		return new TypedCachePostProcessor(beans);
	}

	@Bean
	@ConditionalOnMissingBean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static EvictTagsAdvisor evictTagsAdvisor(ObjectProvider<TypedCacheManager> caches, BeanFactory beans) {
		return new EvictTagsAdvisor(caches::getObject, beans);
	}

	@Bean
	@ConditionalOnMissingBean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static CacheableAllAdvisor cacheableAllAdvisor(ObjectProvider<TypedCacheManager> caches, BeanFactory beans) {
		return new CacheableAllAdvisor(caches::getObject, beans);
	}

}
