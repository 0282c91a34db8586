package io.github.redispatterns.autoconfigure.coordination;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

import org.jspecify.annotations.Nullable;
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
import org.springframework.scheduling.TaskScheduler;

import io.github.redispatterns.autoconfigure.AutoProxyRegistrar;
import io.github.redispatterns.autoconfigure.NodeId;
import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.autoconfigure.codec.CodecAutoConfiguration;
import io.github.redispatterns.autoconfigure.lock.LockAutoConfiguration;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.coordination.ClusterTasks;
import io.github.redispatterns.coordination.IdempotentAdvisor;
import io.github.redispatterns.coordination.IdempotentOperations;
import io.github.redispatterns.coordination.LeaderElections;
import io.github.redispatterns.coordination.OncePerClusterAdvisor;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.lock.Locks;

/**
 * {@link AutoConfiguration Auto-configuration} of idempotent operations, tasks and
 * elections.
 */
@AutoConfiguration(after = { CodecAutoConfiguration.class, LockAutoConfiguration.class })
@ConditionalOnBean(RedisGateway.class)
@ConditionalOnBooleanProperty(name = "redis-patterns.coordination.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CoordinationProperties.class)
@Import(AutoProxyRegistrar.class)
public final class CoordinationAutoConfiguration {

	/** Name of the interceptor, where there is one. */
	public static final String INTERCEPTOR = "idempotencyInterceptor";

	/** What Spring Boot calls the executor of the application. */
	private static final String APPLICATION_EXECUTOR = "applicationTaskExecutor";

	CoordinationAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	IdempotentOperations idempotentOperations(RedisGateway gateway, KeySpace keySpace, PayloadPipeline payloads,
			CoordinationProperties properties, @Qualifier(APPLICATION_EXECUTOR) ObjectProvider<Executor> executor) {
		return new IdempotentOperations(gateway, keySpace.child("coordination").child("operation"), payloads,
				properties.idempotency().toSettings(), executor.getIfAvailable(ForkJoinPool::commonPool));
	}

	@Bean
	@ConditionalOnMissingBean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static IdempotentAdvisor idempotentAdvisor(ObjectProvider<IdempotentOperations> operations, BeanFactory beans) {
		return new IdempotentAdvisor(operations::getObject, beans, beans.containsBean(INTERCEPTOR));
	}

	@Bean
	@ConditionalOnMissingBean
	ClusterTasks clusterTasks(RedisGateway gateway, KeySpace keySpace, NodeId node, CoordinationProperties properties) {
		return new ClusterTasks(gateway, keySpace.child("coordination").child("task"), node.value(),
				properties.tasks().toSettings());
	}

	@Bean
	@ConditionalOnMissingBean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static OncePerClusterAdvisor oncePerClusterAdvisor(ObjectProvider<ClusterTasks> tasks, BeanFactory beans,
			ObjectProvider<TaskScheduler> scheduler) {
		return new OncePerClusterAdvisor(tasks::getObject, beans, () -> clock(scheduler.getIfUnique()));
	}

	@Bean
	@ConditionalOnBean(Locks.class)
	@ConditionalOnMissingBean
	LeaderElections leaderElections(Locks locks, RedisGateway gateway, CoordinationProperties properties,
			@Qualifier(APPLICATION_EXECUTOR) ObjectProvider<Executor> executor) {
		return new LeaderElections(locks, gateway.timers(), properties.elections().checkedLease(),
				executor.getIfAvailable(ForkJoinPool::commonPool));
	}

	@Bean
	PatternReport coordinationReport(CoordinationProperties properties, ObjectProvider<LeaderElections> elections) {
		return new PatternReport("coordination",
				"answers kept for %s, tasks with clocks that differ by up to %s, leaders with a lease of %s".formatted(
						PatternReport.text(properties.idempotency().ttl()),
						PatternReport.text(properties.tasks().maxClockSkew()),
						PatternReport.text(properties.elections().lease())),
				() -> progress(elections.getIfAvailable()));
	}

	private static PatternReport.Progress progress(@Nullable LeaderElections elections) {
		return (elections != null) ? new PatternReport.Progress(true, Map.of("leader of", elections.led()))
				: PatternReport.Progress.IDLE;
	}

	private static Clock clock(@Nullable TaskScheduler scheduler) {
		return (scheduler != null) ? scheduler.getClock() : Clock.systemUTC();
	}

}
