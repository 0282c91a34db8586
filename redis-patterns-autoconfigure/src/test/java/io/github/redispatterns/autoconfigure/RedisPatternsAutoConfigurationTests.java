package io.github.redispatterns.autoconfigure;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

import io.github.redispatterns.codec.JsonValueCodec;
import io.github.redispatterns.codec.ValueCodec;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.BreakerEvent;
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

	@Test
	void publishesThatRedisDoesNotAnswerAndAnswersAgain() {
		Queue<Boolean> changes = new ConcurrentLinkedQueue<>();
		RedisServer server = DevRedis.start();
		this.contexts
			.withPropertyValues("spring.data.redis.url=" + server.url(), "redis-patterns.gateway.timeout=100ms")
			.withInitializer((context) -> context.addApplicationListener(
					(PayloadApplicationEvent<BreakerEvent> event) -> changes.add(event.getPayload().open())))
			.run((context) -> {
				RedisGateway gateway = context.getBean(RedisGateway.class);
				gateway.await(gateway.ping());
				server.pause();
				Awaitility.await().until(() -> {
					gateway.command((redis) -> redis.ping())
						.toCompletableFuture()
						.exceptionally((failure) -> "")
						.join();
					return !changes.isEmpty();
				});
				server.resume();
				Awaitility.await().until(() -> changes.size() == 2);
				assertThat(changes).containsExactly(true, false);
			});
		server.close();
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
