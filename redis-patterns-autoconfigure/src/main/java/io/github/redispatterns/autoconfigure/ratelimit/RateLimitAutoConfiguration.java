package io.github.redispatterns.autoconfigure.ratelimit;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;

import io.github.redispatterns.autoconfigure.AutoProxyRegistrar;
import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.autoconfigure.RedisPatternsAutoConfiguration;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.ratelimit.LimitResolver;
import io.github.redispatterns.ratelimit.RateLimitAdvisor;
import io.github.redispatterns.ratelimit.RateLimiters;

/**
 * {@link AutoConfiguration Auto-configuration} of rate limits.
 */
@AutoConfiguration(after = RedisPatternsAutoConfiguration.class)
@ConditionalOnBean(RedisGateway.class)
@ConditionalOnBooleanProperty(name = "redis-patterns.rate-limit.enabled", matchIfMissing = true)
@EnableConfigurationProperties(RateLimitProperties.class)
@Import(AutoProxyRegistrar.class)
public final class RateLimitAutoConfiguration {

	/** What Spring Boot calls the executor of the application. */
	private static final String APPLICATION_EXECUTOR = "applicationTaskExecutor";

	RateLimitAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimiters rateLimiters(RedisGateway gateway, KeySpace keySpace, RateLimitProperties properties,
			ObjectProvider<LimitResolver> resolver, ApplicationEventPublisher events,
			@Qualifier(APPLICATION_EXECUTOR) ObjectProvider<Executor> executor) {
		RedisGateway inTime = PropertyCheck.create("redis-patterns.rate-limit.timeout", properties.timeout(),
				() -> gateway.withTimeout(properties.timeout()));
		RateLimiters limiters = PropertyCheck.create("redis-patterns.rate-limit.policies",
				properties.policies().keySet(),
				() -> new RateLimiters(inTime, keySpace.child("rate-limit"), properties.toPolicies(),
						resolver.getIfAvailable(() -> (policy, key) -> policy), properties.hotKeys().toHotKeys()));
		if (properties.nearLimit() != 0) {
			PropertyCheck.create("redis-patterns.rate-limit.near-limit", properties.nearLimit(), () -> {
				limiters.onNearLimit(properties.nearLimit(),
						(event) -> executor.getIfAvailable(ForkJoinPool::commonPool)
							.execute(() -> events.publishEvent(event)));
				return limiters;
			});
		}
		return limiters;
	}

	@Bean
	@ConditionalOnMissingBean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static RateLimitAdvisor rateLimitAdvisor(ObjectProvider<RateLimiters> limiters, BeanFactory beans,
			@Qualifier(APPLICATION_EXECUTOR) ObjectProvider<Executor> executor) {
		return new RateLimitAdvisor(limiters::getObject, beans,
				() -> executor.getIfAvailable(ForkJoinPool::commonPool));
	}

	@Bean
	PatternReport rateLimitReport(RateLimitProperties properties) {
		return new PatternReport("rate-limit", "policies %s, while Redis is down %s"
			.formatted(properties.policies().keySet(), properties.onRedisFailure()));
	}

}
