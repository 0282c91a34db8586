package io.github.redispatterns.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import io.github.redispatterns.autoconfigure.codec.CodecAutoConfiguration;

/** Contexts that have what all patterns stand on. None of them connects to a server. */
public final class Contexts {

	private static final AutoConfigurations BASE = AutoConfigurations.of(DataRedisAutoConfiguration.class,
			JacksonAutoConfiguration.class, RedisPatternsAutoConfiguration.class, CodecAutoConfiguration.class);

	private Contexts() {
	}

	/**
	 * A context without a web server.
	 * @param autoConfigurations what is tested
	 * @return its runner
	 */
	public static ApplicationContextRunner plain(Class<?>... autoConfigurations) {
		return new ApplicationContextRunner().withPropertyValues("spring.application.name=shop")
			.withConfiguration(BASE)
			.withConfiguration(AutoConfigurations.of(autoConfigurations));
	}

	/**
	 * A context of a servlet application.
	 * @param autoConfigurations what is tested
	 * @return its runner
	 */
	public static WebApplicationContextRunner servlet(Class<?>... autoConfigurations) {
		return new WebApplicationContextRunner().withPropertyValues("spring.application.name=shop")
			.withConfiguration(BASE)
			.withConfiguration(AutoConfigurations.of(autoConfigurations));
	}

	/**
	 * A context of a WebFlux application.
	 * @param autoConfigurations what is tested
	 * @return its runner
	 */
	public static ReactiveWebApplicationContextRunner reactive(Class<?>... autoConfigurations) {
		return new ReactiveWebApplicationContextRunner().withPropertyValues("spring.application.name=shop")
			.withConfiguration(BASE)
			.withConfiguration(AutoConfigurations.of(autoConfigurations));
	}

}
