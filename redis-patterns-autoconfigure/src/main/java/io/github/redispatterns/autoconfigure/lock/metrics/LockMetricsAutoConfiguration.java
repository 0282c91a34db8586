package io.github.redispatterns.autoconfigure.lock.metrics;

import java.util.function.ToIntFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.github.redispatterns.autoconfigure.lock.LockAutoConfiguration;
import io.github.redispatterns.lock.LockStatus;
import io.github.redispatterns.lock.Locks;

/**
 * {@link AutoConfiguration Auto-configuration} of gauges: how many locks this JVM holds,
 * and how many callers wait for one.
 */
@AutoConfiguration(after = LockAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(Locks.class)
public final class LockMetricsAutoConfiguration {

	LockMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "redisPatternsLockMetrics")
	MeterBinder redisPatternsLockMetrics(Locks locks) {
		return (registry) -> {
			Gauge.builder("redis.patterns.lock.held", locks, (present) -> sum(present, LockStatus::holders))
				.register(registry);
			Gauge.builder("redis.patterns.lock.waiting", locks, (present) -> sum(present, LockStatus::waiting))
				.register(registry);
		};
	}

	private static int sum(Locks locks, ToIntFunction<LockStatus> number) {
		return locks.status().stream().mapToInt(number).sum();
	}

}
