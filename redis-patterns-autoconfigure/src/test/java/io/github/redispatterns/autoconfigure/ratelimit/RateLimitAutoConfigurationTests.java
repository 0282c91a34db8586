package io.github.redispatterns.autoconfigure.ratelimit;

import java.time.Duration;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.autoconfigure.ratelimit.web.RateLimitWebMvcAutoConfiguration;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.ratelimit.Bandwidth;
import io.github.redispatterns.ratelimit.CalendarPeriod;
import io.github.redispatterns.ratelimit.RateLimitAdvisor;
import io.github.redispatterns.ratelimit.RateLimitPolicy;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.ratelimit.web.RateLimitInterceptor;

import static org.assertj.core.api.Assertions.assertThat;

class RateLimitAutoConfigurationTests {

	private final ApplicationContextRunner contexts = Contexts.plain(RateLimitAutoConfiguration.class);

	private final WebApplicationContextRunner webContexts = Contexts.servlet(RateLimitAutoConfiguration.class,
			RateLimitWebMvcAutoConfiguration.class);

	@Test
	void readsPolicies() {
		this.contexts
			.withPropertyValues("redis-patterns.rate-limit.policies.buy.limit=10",
					"redis-patterns.rate-limit.policies.buy.period=1m")
			.run((context) -> assertThat(context.getBean(RateLimiters.class).get("buy").policy())
				.isEqualTo(RateLimitPolicy.tokenBucket("buy", 10, Duration.ofMinutes(1))));
	}

	@Test
	void readsABurstOfItsOwn() {
		this.contexts
			.withPropertyValues("redis-patterns.rate-limit.policies.buy.limit=10",
					"redis-patterns.rate-limit.policies.buy.burst=3")
			.run((context) -> assertThat(context.getBean(RateLimiters.class).get("buy").policy().capacity())
				.isEqualTo(3));
	}

	@Test
	void bindsEachKindOfPolicy() {
		this.contexts
			.withPropertyValues("redis-patterns.rate-limit.policies.api.limit=10",
					"redis-patterns.rate-limit.policies.api.period=1s",
					"redis-patterns.rate-limit.policies.api.more[0].limit=1000",
					"redis-patterns.rate-limit.policies.api.more[0].period=1h",
					"redis-patterns.rate-limit.policies.api.on-redis-failure=local",
					"redis-patterns.rate-limit.local-share=0.25", "redis-patterns.rate-limit.policies.daily.limit=5",
					"redis-patterns.rate-limit.policies.daily.algorithm=calendar-window",
					"redis-patterns.rate-limit.policies.daily.calendar=days",
					"redis-patterns.rate-limit.policies.daily.zone=Europe/Berlin")
			.run((context) -> {
				RateLimitPolicy api = context.getBean(RateLimiters.class).get("api").policy();
				assertThat(api.bandwidths()).containsExactly(Bandwidth.of(10, Duration.ofSeconds(1)),
						Bandwidth.of(1000, Duration.ofHours(1)));
				assertThat(api.onRedisFailure()).isEqualTo(OnRedisFailure.LOCAL);
				assertThat(api.localShare()).isEqualTo(0.25);
				assertThat(context.getBean(RateLimiters.class).get("daily").policy().calendar())
					.isEqualTo(new CalendarPeriod(ChronoUnit.DAYS, ZoneId.of("Europe/Berlin")));
			});
	}

	@Test
	void isOffByProperty() {
		this.webContexts.withPropertyValues("redis-patterns.rate-limit.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(RateLimiters.class)
				.doesNotHaveBean(RateLimitAdvisor.class)
				.doesNotHaveBean(RateLimitInterceptor.class));
	}

	@Test
	void backsOffFromTheUsersLimiters() {
		this.contexts.withUserConfiguration(OwnLimiters.class)
			.run((context) -> assertThat(context).hasSingleBean(RateLimiters.class).hasBean("mine"));
	}

	@Test
	void addsTheInterceptorInServletApplicationsOnly() {
		this.webContexts.run((context) -> assertThat(context).hasSingleBean(RateLimitInterceptor.class));
		Contexts.plain(RateLimitAutoConfiguration.class, RateLimitWebMvcAutoConfiguration.class)
			.run((context) -> assertThat(context).doesNotHaveBean(RateLimitInterceptor.class));
	}

	@Test
	void worksWithoutSpringMvc() {
		this.webContexts.withClassLoader(new FilteredClassLoader(WebMvcConfigurer.class))
			.run((context) -> assertThat(context).hasSingleBean(RateLimiters.class)
				.doesNotHaveBean(RateLimitInterceptor.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnLimiters {

		@Bean
		RateLimiters mine(RedisGateway gateway, KeySpace keys) {
			return new RateLimiters(gateway, keys, List.of());
		}

	}

}
