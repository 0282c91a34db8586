package io.github.redispatterns.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

import io.github.redispatterns.codec.JsonValueCodec;
import io.github.redispatterns.codec.ValueCodec;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class RedisPatternsAutoConfigurationTests {

	private final ApplicationContextRunner contexts = Contexts.plain();

	@Test
	void providesWhatPatternsStandOn() {
		this.contexts.run((context) -> assertThat(context).hasSingleBean(RedisGateway.class)
			.hasSingleBean(KeySpace.class)
			.hasSingleBean(ValueCodec.class));
	}

	@Test
	void isAbsentWithoutConnectionFactory() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RedisPatternsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RedisGateway.class));
	}

	@Test
	void backsOffFromEachBeanOfTheUser() {
		this.contexts.withUserConfiguration(OwnBeans.class)
			.run((context) -> assertThat(context).hasSingleBean(KeySpace.class).hasSingleBean(ValueCodec.class));
	}

	@Test
	void takesThePrefixFromTheApplicationName() {
		this.contexts.run((context) -> assertThat(context.getBean(KeySpace.class).key("a")).isEqualTo("shop:{a}"));
	}

	@Test
	void prefersTheConfiguredPrefix() {
		this.contexts.withPropertyValues("redis-patterns.key-prefix=acme:shop")
			.run((context) -> assertThat(context.getBean(KeySpace.class).key("a")).isEqualTo("acme:shop:{a}"));
	}

	@Test
	void warnsThatNamelessApplicationsShareTheirKeys(CapturedOutput output) {
		this.contexts.withPropertyValues("spring.application.name=").run((context) -> {
			assertThat(context.getBean(KeySpace.class).key("a")).isEqualTo("application:{a}");
			assertThat(output).contains("redis-patterns.key-prefix");
		});
	}

	@Test
	void namesTheNodeByProcessOrProperty() {
		this.contexts.run((context) -> assertThat(context.getBean(NodeId.class).value())
			.startsWith(ProcessHandle.current().pid() + "@"));
		this.contexts.withPropertyValues("redis-patterns.node-id=blue")
			.run((context) -> assertThat(context.getBean(NodeId.class).value()).isEqualTo("blue"));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBeans {

		@Bean
		KeySpace ownKeySpace() {
			return KeySpace.of("mine");
		}

		@Bean
		ValueCodec ownCodec() {
			return new JsonValueCodec(JsonMapper.shared());
		}

	}

}
