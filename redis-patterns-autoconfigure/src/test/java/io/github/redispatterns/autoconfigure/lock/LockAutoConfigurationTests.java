package io.github.redispatterns.autoconfigure.lock;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.lock.LockAdvisor;
import io.github.redispatterns.lock.LockSettings;
import io.github.redispatterns.lock.Locks;

import static org.assertj.core.api.Assertions.assertThat;

class LockAutoConfigurationTests {

	private final ApplicationContextRunner contexts = Contexts.plain(LockAutoConfiguration.class);

	@Test
	void providesLocksWithDefaults() {
		this.contexts.run((context) -> {
			assertThat(context).hasSingleBean(Locks.class).hasSingleBean(LockAdvisor.class);
			assertThat(context.getBean(LockSettings.class)).isEqualTo(LockSettings.ofDefaults());
		});
	}

	@Test
	void readsItsProperties() {
		this.contexts
			.withPropertyValues("redis-patterns.lock.max-wait=2s", "redis-patterns.lock.lease=5s",
					"redis-patterns.lock.max-hold=1m")
			.run((context) -> assertThat(context.getBean(LockSettings.class))
				.isEqualTo(new LockSettings(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMinutes(1))));
	}

	@Test
	void isOffByProperty() {
		this.contexts.withPropertyValues("redis-patterns.lock.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(Locks.class).doesNotHaveBean(LockAdvisor.class));
	}

	@Test
	void backsOffFromTheUsersLocks() {
		this.contexts.withUserConfiguration(OwnLocks.class)
			.run((context) -> assertThat(context).hasSingleBean(Locks.class).hasBean("mine"));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnLocks {

		@Bean
		Locks mine(RedisGateway gateway, KeySpace keys) {
			return new Locks(gateway, keys, "me", LockSettings.ofDefaults(), Runnable::run);
		}

	}

}
