package io.github.redispatterns.autoconfigure.gateway;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.lettuce.core.RedisCommandExecutionException;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
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
import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.autoconfigure.gateway.endpoint.GatewayEndpointAutoConfiguration;
import io.github.redispatterns.autoconfigure.gateway.endpoint.RedisPatternsEndpoint;
import io.github.redispatterns.autoconfigure.gateway.endpoint.RedisPatternsEndpoint.Description;
import io.github.redispatterns.autoconfigure.gateway.health.GatewayHealthContributorAutoConfiguration;
import io.github.redispatterns.autoconfigure.gateway.metrics.GatewayMetricsAutoConfiguration;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.pubsub.PubSubObservation;

import static org.assertj.core.api.Assertions.assertThat;

class GatewayObservabilityTests {

	private static final String HEALTH = "redisPatternsHealthContributor";

	private final ApplicationContextRunner contexts = Contexts.plain(GatewayHealthContributorAutoConfiguration.class,
			GatewayMetricsAutoConfiguration.class, GatewayEndpointAutoConfiguration.class);

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
	void isDownWhileAPatternMakesNoProgress() {
		this.contexts.withPropertyValues("spring.data.redis.url=" + DevRedis.shared().url())
			.withBean(PatternReport.class,
					() -> new PatternReport("queue", "one",
							() -> new PatternReport.Progress(false, Map.of("waiting", 7))))
			.run((context) -> {
				assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
				assertThat(health(context).getDetails()).containsEntry("queue",
						Map.of("working", false, "progress", Map.of("waiting", 7)));
			});
	}

	@Test
	void describesPatternsAndServer() {
		this.contexts.withPropertyValues("spring.data.redis.url=" + DevRedis.shared().url())
			.withPropertyValues("management.endpoints.web.exposure.include=redispatterns")
			.withBean(PatternReport.class, () -> new PatternReport("queue", "one"))
			.run((context) -> {
				Description description = context.getBean(RedisPatternsEndpoint.class).describe();
				assertThat(description.breaker()).isEqualTo("closed");
				assertThat(description.capabilities()).contains("GETEX").doesNotContain("HPEXPIRE");
				assertThat(description.patterns()).containsEntry("queue",
						new RedisPatternsEndpoint.Pattern("one", true, Map.of()));
			});
	}

	@Test
	void describesPatternsWhileTheServerIsAway() {
		this.contexts
			.withPropertyValues("management.endpoints.web.exposure.include=redispatterns", "spring.data.redis.port=1")
			.run((context) -> assertThat(context.getBean(RedisPatternsEndpoint.class).describe().capabilities())
				.isNull());
	}

	@Test
	void hasNoEndpointUnlessItIsExposed() {
		this.contexts.run((context) -> assertThat(context).doesNotHaveBean(RedisPatternsEndpoint.class));
	}

	@Test
	void handsItsObservationsToMicrometer() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.contexts.withBean(ObservationRegistry.class, () -> registry).run((context) -> {
			context.getBean(RedisGateway.class)
				.observations()
				.observe(PubSubObservation.PUBLISH, () -> CompletableFuture.completedStage(1L), (count) -> "sent");
			TestObservationRegistryAssert.assertThat(registry)
				.hasObservationWithNameEqualTo("redis.patterns.pubsub.publish");
		});
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
			ERR unknown command 'HPEXPIRE', with args beginning with: 'a'    | a server that has HPEXPIRE
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
