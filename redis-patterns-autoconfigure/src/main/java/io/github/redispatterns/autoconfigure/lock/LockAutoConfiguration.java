package io.github.redispatterns.autoconfigure.lock;

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
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;

import io.github.redispatterns.autoconfigure.AutoProxyRegistrar;
import io.github.redispatterns.autoconfigure.NodeId;
import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.autoconfigure.RedisPatternsAutoConfiguration;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.lock.LockAdvisor;
import io.github.redispatterns.lock.LockSettings;
import io.github.redispatterns.lock.Locks;

/**
 * {@link AutoConfiguration Auto-configuration} of locks.
 */
@AutoConfiguration(after = RedisPatternsAutoConfiguration.class)
@ConditionalOnBean(RedisGateway.class)
@ConditionalOnBooleanProperty(name = "redis-patterns.lock.enabled", matchIfMissing = true)
@EnableConfigurationProperties(LockProperties.class)
@Import(AutoProxyRegistrar.class)
public final class LockAutoConfiguration {

	/** What Spring Boot calls the executor of the application. */
	private static final String APPLICATION_EXECUTOR = "applicationTaskExecutor";

	LockAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	LockSettings lockSettings(LockProperties properties) {
		return properties.toSettings();
	}

	@Bean
	@ConditionalOnMissingBean
	Locks locks(RedisGateway gateway, KeySpace keySpace, NodeId node, LockSettings settings,
			@Qualifier(APPLICATION_EXECUTOR) ObjectProvider<Executor> executor) {
		return new Locks(gateway, keySpace.child("lock"), node.value(), settings,
				executor.getIfAvailable(ForkJoinPool::commonPool));
	}

	@Bean
	@ConditionalOnMissingBean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LockAdvisor lockAdvisor(ObjectProvider<Locks> locks, BeanFactory beans) {
		return new LockAdvisor(locks::getObject, beans);
	}

	@Bean
	PatternReport lockReport(LockProperties properties) {
		return new PatternReport("lock",
				"lease %s, waits %s, holds at most %s".formatted(PatternReport.text(properties.lease()),
						PatternReport.text(properties.maxWait()), PatternReport.text(properties.maxHold())));
	}

}
