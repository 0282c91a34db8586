package io.github.redispatterns.autoconfigure.coordination;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Controller;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.redispatterns.annotation.InvalidAnnotationException;
import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.autoconfigure.coordination.web.CoordinationWebAutoConfiguration;
import io.github.redispatterns.autoconfigure.lock.LockAutoConfiguration;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.coordination.ClusterTasks;
import io.github.redispatterns.coordination.IdempotencySettings;
import io.github.redispatterns.coordination.Idempotent;
import io.github.redispatterns.coordination.IdempotentAdvisor;
import io.github.redispatterns.coordination.IdempotentOperations;
import io.github.redispatterns.coordination.LeaderElections;
import io.github.redispatterns.coordination.OncePerClusterAdvisor;
import io.github.redispatterns.coordination.TaskSettings;
import io.github.redispatterns.coordination.web.IdempotencyInterceptor;
import io.github.redispatterns.coordination.web.IdempotencyKeySettings;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

import static org.assertj.core.api.Assertions.assertThat;

class CoordinationAutoConfigurationTests {

	private final ApplicationContextRunner contexts = Contexts.plain(LockAutoConfiguration.class,
			CoordinationAutoConfiguration.class);

	private final WebApplicationContextRunner webContexts = Contexts.servlet(LockAutoConfiguration.class,
			CoordinationAutoConfiguration.class, CoordinationWebAutoConfiguration.class);

	@Test
	void providesEverythingWithDefaults() {
		this.contexts.run((context) -> {
			assertThat(context).hasSingleBean(IdempotentAdvisor.class)
				.hasSingleBean(OncePerClusterAdvisor.class)
				.hasSingleBean(LeaderElections.class);
			assertThat(context.getBean(IdempotentOperations.class).settings())
				.isEqualTo(IdempotencySettings.ofDefaults());
			assertThat(context.getBean(ClusterTasks.class).settings()).isEqualTo(TaskSettings.ofDefaults());
			assertThat(context.getBean("coordinationReport", PatternReport.class).progress().get().details())
				.containsEntry("leader of", Set.of());
		});
	}

	@Test
	void readsItsProperties() {
		this.webContexts
			.withPropertyValues("redis-patterns.coordination.idempotency.ttl=1h",
					"redis-patterns.coordination.idempotency.lease=5s",
					"redis-patterns.coordination.idempotency.max-wait=2s",
					"redis-patterns.coordination.idempotency.on-redis-failure=open",
					"redis-patterns.coordination.idempotency.http.paths=/orders/**",
					"redis-patterns.coordination.idempotency.http.required=false",
					"redis-patterns.coordination.idempotency.http.max-body-size=10KB",
					"redis-patterns.coordination.tasks.lease=6s", "redis-patterns.coordination.tasks.max-clock-skew=2m",
					"redis-patterns.coordination.tasks.on-redis-failure=open")
			.run((context) -> {
				assertThat(context.getBean(IdempotentOperations.class).settings())
					.isEqualTo(new IdempotencySettings(Duration.ofHours(1), Duration.ofSeconds(5),
							Duration.ofSeconds(2), Set.of(), OnRedisFailure.OPEN));
				assertThat(context.getBean(IdempotencyKeySettings.class))
					.isEqualTo(new IdempotencyKeySettings(10 * 1024, List.of("/orders/**"), false));
				assertThat(context.getBean(ClusterTasks.class).settings())
					.isEqualTo(new TaskSettings(Duration.ofSeconds(6), Duration.ofMinutes(2), OnRedisFailure.OPEN));
			});
	}

	@Test
	void isOffByProperty() {
		this.webContexts.withPropertyValues("redis-patterns.coordination.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(IdempotentOperations.class)
				.doesNotHaveBean(ClusterTasks.class)
				.doesNotHaveBean(LeaderElections.class)
				.doesNotHaveBean(IdempotencyInterceptor.class));
	}

	@Test
	void hasNoElectionsWithoutLocks() {
		this.contexts.withPropertyValues("redis-patterns.lock.enabled=false")
			.run((context) -> assertThat(context).hasSingleBean(ClusterTasks.class)
				.doesNotHaveBean(LeaderElections.class));
	}

	@Test
	void backsOffFromTheUsersOperations() {
		this.contexts.withUserConfiguration(OwnOperations.class)
			.run((context) -> assertThat(context).hasSingleBean(IdempotentOperations.class).hasBean("mine"));
	}

	@Test
	void addsTheInterceptorInServletApplicationsOnly() {
		this.webContexts.run((context) -> assertThat(context).hasSingleBean(IdempotencyInterceptor.class));
		this.webContexts.withClassLoader(new FilteredClassLoader(WebMvcConfigurer.class))
			.run((context) -> assertThat(context).hasSingleBean(IdempotentOperations.class)
				.doesNotHaveBean(IdempotencyInterceptor.class));
	}

	@Test
	void leavesHandlersToTheInterceptorWhereThereIsOne() {
		this.webContexts.withUserConfiguration(Handler.class).run((context) -> assertThat(context).hasNotFailed());
		this.contexts.withUserConfiguration(Handler.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidAnnotationException.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnOperations {

		@Bean
		IdempotentOperations mine(RedisGateway gateway, KeySpace keys, PayloadPipeline payloads) {
			return new IdempotentOperations(gateway, keys, payloads, IdempotencySettings.ofDefaults(),
					ForkJoinPool.commonPool());
		}

	}

	@Controller
	static class Handler {

		@Idempotent
		void handle() {
		}

	}

}
