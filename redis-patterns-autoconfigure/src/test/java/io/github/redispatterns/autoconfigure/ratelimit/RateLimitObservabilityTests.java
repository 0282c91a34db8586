package io.github.redispatterns.autoconfigure.ratelimit;

import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;

import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.autoconfigure.ratelimit.endpoint.RateLimitsEndpoint;
import io.github.redispatterns.autoconfigure.ratelimit.endpoint.RateLimitsEndpointAutoConfiguration;
import io.github.redispatterns.autoconfigure.ratelimit.metrics.RateLimitMetricsAutoConfiguration;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.ratelimit.Decision.Source;
import io.github.redispatterns.ratelimit.NearLimitEvent;
import io.github.redispatterns.ratelimit.RateLimiter;
import io.github.redispatterns.ratelimit.RateLimiters;

import static org.assertj.core.api.Assertions.assertThat;

class RateLimitObservabilityTests {

	private static final String DECISIONS = "redis.patterns.rate-limit.decisions";

	private final String who = "tenant/" + UUID.randomUUID();

	private final ApplicationContextRunner contexts = Contexts
		.plain(RateLimitAutoConfiguration.class, RateLimitsEndpointAutoConfiguration.class,
				RateLimitMetricsAutoConfiguration.class)
		.withPropertyValues("spring.data.redis.url=" + DevRedis.shared().url(), "redis-patterns.rate-limit.timeout=5s",
				"redis-patterns.rate-limit.policies.daily.limit=10",
				"redis-patterns.rate-limit.policies.daily.period=1d",
				"management.endpoints.web.exposure.include=ratelimits");

	@Test
	void showsThePoliciesAndWhatTheyDecided() {
		this.contexts.run((context) -> {
			RateLimiter limiter = context.getBean(RateLimiters.class).get("daily");
			limiter.tryAcquire(this.who, 9);
			limiter.tryAcquire(this.who, 9);
			limiter.tryAcquire(this.who, 9);
			assertThat(context.getBean(RateLimitsEndpoint.class).limits().policies()).hasSize(1)
				.hasEntrySatisfying("daily", (policy) -> {
					assertThat(policy.bandwidths()).singleElement()
						.satisfies((bandwidth) -> assertThat(bandwidth.limit()).isEqualTo(10));
					assertThat(policy.changed()).isFalse();
					assertThat(policy.allowed()).containsOnlyKeys(Source.REDIS).containsEntry(Source.REDIS, 1L);
					assertThat(policy.refused()).containsOnlyKeys(Source.REDIS, Source.REMEMBERED);
				});
		});
	}

	@Test
	void looksAtAKeyAndResetsIt() {
		this.contexts.run((context) -> {
			RateLimitsEndpoint endpoint = context.getBean(RateLimitsEndpoint.class);
			context.getBean(RateLimiters.class).get("daily").tryAcquire(this.who, 4);
			String[] path = this.who.split("/");
			assertThat(endpoint.peek("daily", path)).satisfies((left) -> assertThat(left.remaining()).isEqualTo(6));
			assertThat(endpoint.reset("daily", path)).isEqualTo(new RateLimitsEndpoint.Reset(true));
			assertThat(endpoint.reset("daily", path)).isEqualTo(new RateLimitsEndpoint.Reset(false));
			assertThat(endpoint.peek("daily", path)).satisfies((left) -> assertThat(left.remaining()).isEqualTo(10));
			assertThat(endpoint.peek("weekly", path)).isNull();
			assertThat(endpoint.reset("weekly", path)).isNull();
		});
	}

	@Test
	void countsDecisionsByPolicyOutcomeAndSource() {
		this.contexts.run((context) -> {
			SimpleMeterRegistry registry = new SimpleMeterRegistry();
			context.getBean(MeterBinder.class).bindTo(registry);
			int meters = registry.getMeters().size();
			RateLimiter limiter = context.getBean(RateLimiters.class).get("daily");
			limiter.tryAcquire(this.who, 8);
			limiter.tryAcquire(this.who, 8);
			limiter.peek(this.who);
			assertThat(registry.get(DECISIONS).tags("name", "daily", "outcome", "allowed").functionCounters())
				.extracting((counter) -> counter.count())
				.containsExactlyInAnyOrder(1.0, 0.0, 0.0, 0.0, 0.0);
			assertThat(registry.get(DECISIONS).tags("outcome", "refused", "source", "redis").functionCounter().count())
				.isOne();
			assertThat(registry.getMeters()).hasSize(meters);
		});
	}

	@Test
	void tellsOnceThatLittleIsLeft() {
		Events events = new Events();
		this.contexts.withBean(Events.class, () -> events).run((context) -> {
			RateLimiter limiter = context.getBean(RateLimiters.class).get("daily");
			limiter.tryAcquire(this.who, 9);
			assertThat(events.told).isEmpty();
			limiter.tryAcquire(this.who, 1);
			limiter.tryAcquire(this.who, 1);
			limiter.tryAcquire("other" + this.who, 10);
			Awaitility.await().until(() -> !events.told.isEmpty());
			assertThat(events.told).singleElement().satisfies((event) -> assertThat(event.key()).isEqualTo(this.who));
		});
	}

	@Test
	void refusesAShareThatIsNone() {
		this.contexts.withPropertyValues("redis-patterns.rate-limit.near-limit=2")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("redis-patterns.rate-limit.near-limit"));
	}

	@Test
	void needsNoMicrometer() {
		this.contexts.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("redisPatternsRateLimitMetrics"));
	}

	static class Events {

		private final Queue<NearLimitEvent> told = new ConcurrentLinkedQueue<>();

		@EventListener
		void near(NearLimitEvent event) {
			this.told.add(event);
		}

	}

}
