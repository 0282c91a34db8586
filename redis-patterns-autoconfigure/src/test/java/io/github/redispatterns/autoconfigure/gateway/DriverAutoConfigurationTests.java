package io.github.redispatterns.autoconfigure.gateway;

import java.time.Duration;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.resource.ClientResources;
import org.junit.jupiter.api.Test;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.gateway.FlushConsolidation;

import static org.assertj.core.api.Assertions.assertThat;

class DriverAutoConfigurationTests {

	private final ApplicationContextRunner contexts = Contexts.plain(DriverAutoConfiguration.class);

	@Test
	void tightensWhatTheApplicationLeavesOpen() {
		this.contexts.run((context) -> {
			assertThat(client(context).getCommandTimeout()).as("for blocking reads").isEqualTo(Duration.ofSeconds(60));
			assertThat(options(context).getDisconnectedBehavior()).isEqualTo(DisconnectedBehavior.REJECT_COMMANDS);
			assertThat(options(context).getRequestQueueSize()).isEqualTo(10_000);
			assertThat(context.getBean(ClientResources.class).nettyCustomizer()).isInstanceOf(FlushConsolidation.class);
		});
	}

	@Test
	void leavesTheLastWordToTheApplication() {
		this.contexts.withUserConfiguration(OwnOptions.class)
			.run((context) -> assertThat(options(context).getRequestQueueSize()).isEqualTo(5));
	}

	@Test
	void isOffByProperty() {
		this.contexts
			.withPropertyValues("redis-patterns.gateway.tighten-driver=false",
					"redis-patterns.gateway.flush-consolidation=false")
			.run((context) -> {
				assertThat(options(context).getDisconnectedBehavior()).isEqualTo(DisconnectedBehavior.DEFAULT);
				assertThat(context.getBean(ClientResources.class).nettyCustomizer())
					.isNotInstanceOf(FlushConsolidation.class);
			});
	}

	private static LettuceClientConfiguration client(ApplicationContext context) {
		return context.getBean(LettuceConnectionFactory.class).getClientConfiguration();
	}

	private static ClientOptions options(ApplicationContext context) {
		return client(context).getClientOptions().orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnOptions {

		@Bean
		LettuceClientOptionsBuilderCustomizer mine() {
			return (options) -> options.requestQueueSize(5);
		}

	}

}
