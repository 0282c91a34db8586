package io.github.redispatterns.autoconfigure.gateway;

import java.util.Objects;

import io.lettuce.core.RedisCommandExecutionException;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.autoconfigure.gateway.health.GatewayHealthContributorAutoConfiguration;
import io.github.redispatterns.autoconfigure.gateway.metrics.GatewayMetricsAutoConfiguration;
import io.github.redispatterns.devservices.DevRedis;

import static org.assertj.core.api.Assertions.assertThat;

class GatewayObservabilityTests {

	private static final String HEALTH = "redisPatternsHealthContributor";

	private final ApplicationContextRunner contexts = Contexts.plain(GatewayHealthContributorAutoConfiguration.class,
			GatewayMetricsAutoConfiguration.class);

	@Test
	void isUpWhileRedisAnswers() {
		this.contexts.withPropertyValues("spring.data.redis.url=" + DevRedis.shared().url()).run((context) -> {
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			assertThat(health(context).getDetails()).containsEntry("breaker", "closed").containsKey("pingMicros");
		});
	}

	@Test
	void isDownWhileItDoesNot() {
		this.contexts.withPropertyValues("spring.data.redis.port=1")
			.run((context) -> assertThat(health(context).getStatus()).isEqualTo(Status.DOWN));
	}

	@Test
	void isOffByProperty() {
		this.contexts.withPropertyValues("management.health.redis-patterns.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(HEALTH));
	}

	@Test
	void measuresNothingWithoutMicrometer() {
		this.contexts.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("redisPatternsGatewayMetrics"));
	}

	@Test
	void measuresBreakerAndTimers() {
		this.contexts.run((context) -> {
			SimpleMeterRegistry registry = new SimpleMeterRegistry();
			context.getBean(MeterBinder.class).bindTo(registry);
			assertThat(registry.get("redis.patterns.gateway.breaker.open").gauge().value()).isZero();
			assertThat(registry.get("redis.patterns.gateway.timers.pending").gauge().value()).isZero();
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			NOPERM this user has no permissions to run the 'evalsha' command | +evalsha
			NOPERM No permissions to access a key                            | ~<key prefix>:*
			NOPERM No permissions to access a channel                        | &<key prefix>:*
			NOAUTH Authentication required.                                  | spring.data.redis.password
			WRONGPASS invalid username-password pair                         | spring.data.redis.username
			CROSSSLOT Keys in request don't hash to the same slot            | hash tag
			""")
	void saysWhatAllowsWhatTheServerRefuses(String refusal, String action) {
		FailureAnalysis analysis = Objects.requireNonNull(new RedisRefusalFailureAnalyzer()
			.analyze(new IllegalStateException(new RedisCommandExecutionException(refusal))));
		assertThat(analysis.getDescription()).contains(refusal);
		assertThat(analysis.getAction()).contains(action);
	}

	@Test
	void saysNothingOfOtherErrors() {
		assertThat(new RedisRefusalFailureAnalyzer().analyze(new RedisCommandExecutionException("ERR out of luck")))
			.isNull();
	}

	private static Health health(ApplicationContext context) {
		HealthIndicator indicator = (HealthIndicator) context.getBean(HEALTH);
		return Objects.requireNonNull(indicator.health());
	}

}
