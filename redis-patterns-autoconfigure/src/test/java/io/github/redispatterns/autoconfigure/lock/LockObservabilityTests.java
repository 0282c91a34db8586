package io.github.redispatterns.autoconfigure.lock;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.autoconfigure.lock.endpoint.LocksEndpoint;
import io.github.redispatterns.autoconfigure.lock.endpoint.LocksEndpointAutoConfiguration;
import io.github.redispatterns.autoconfigure.lock.metrics.LockMetricsAutoConfiguration;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.lock.LockHandle;
import io.github.redispatterns.lock.LockObservation;
import io.github.redispatterns.lock.Locks;

import static org.assertj.core.api.Assertions.assertThat;

class LockObservabilityTests {

	private final ApplicationContextRunner contexts = Contexts
		.plain(LockAutoConfiguration.class, LocksEndpointAutoConfiguration.class, LockMetricsAutoConfiguration.class)
		.withPropertyValues("spring.data.redis.url=" + DevRedis.shared().url(), "redis-patterns.gateway.timeout=5s");

	@Test
	void saysWhoHasALockAndTakesItAway() {
		this.contexts.withPropertyValues("management.endpoints.web.exposure.include=locks", "redis-patterns.node-id=me")
			.run((context) -> {
				LocksEndpoint endpoint = context.getBean(LocksEndpoint.class);
				LockHandle handle = context.getBean(Locks.class).get("shown").acquire();
				assertThat(endpoint.locks()).singleElement().satisfies((lock) -> {
					assertThat(lock.lock()).isEqualTo("lock 'shown'");
					assertThat(lock.holders()).isOne();
					assertThat(lock.waiting()).isZero();
					assertThat(lock.heldFor()).isPositive();
				});
				assertThat(endpoint.holder("shown")).satisfies((holder) -> assertThat(holder.node()).isEqualTo("me"));
				assertThat(endpoint.release("shown").released()).isTrue();
				assertThat(endpoint.release("shown").released()).isFalse();
				assertThat(endpoint.holder("shown")).isNull();
				assertThat(handle.release()).isFalse();
				assertThat(endpoint.locks()).isEmpty();
			});
	}

	@Test
	void hasNoEndpointUnlessItIsExposed() {
		this.contexts.run((context) -> assertThat(context).doesNotHaveBean(LocksEndpoint.class));
	}

	@Test
	void countsWhatIsHeldAndWaitedFor() {
		this.contexts.run((context) -> {
			SimpleMeterRegistry registry = new SimpleMeterRegistry();
			context.getBean(MeterBinder.class).bindTo(registry);
			try (LockHandle handle = context.getBean(Locks.class).get("counted").acquire()) {
				assertThat(registry.get("redis.patterns.lock.held").gauge().value()).isOne();
				assertThat(handle.isValid()).isTrue();
			}
			assertThat(registry.get("redis.patterns.lock.held").gauge().value()).isZero();
			assertThat(registry.get("redis.patterns.lock.waiting").gauge().value()).isZero();
		});
	}

	@Test
	void needsNoMicrometer() {
		this.contexts.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("redisPatternsLockMetrics"));
	}

	@Test
	void timesWaitingAndHolding() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.contexts.withBean(ObservationRegistry.class, () -> registry).run((context) -> {
			Locks locks = context.getBean(Locks.class);
			try (LockHandle handle = locks.get("observed").acquire()) {
				assertThat(locks.get("observed").tryAcquire()).isEmpty();
				assertThat(handle.isValid()).isTrue();
			}
		});
		TestObservationRegistryAssert.assertThat(registry)
			.hasNumberOfObservationsWithNameEqualTo(LockObservation.ACQUIRE.getName(), 2)
			.hasAnObservationWithAKeyValue("outcome", "busy")
			.hasAnObservationWithAKeyValue("outcome", "acquired")
			.hasAnObservationWithAKeyValue("outcome", "released");
	}

}
