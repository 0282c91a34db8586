package io.github.redispatterns.devservices;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

@ExtendWith(OutputCaptureExtension.class)
class DevServicesAutoConfigurationTests {

	private final ApplicationContextRunner contexts = new ApplicationContextRunner()
		.withPropertyValues("redis-patterns.dev-services.source=carried")
		.withConfiguration(AutoConfigurations.of(DevServicesAutoConfiguration.class, DataRedisAutoConfiguration.class));

	@Test
	void givesTheApplicationAServer() {
		this.contexts.run((context) -> {
			try (RedisConnection connection = context.getBean(RedisConnectionFactory.class).getConnection()) {
				assertThat(connection.ping()).isEqualTo("PONG");
			}
		});
	}

	@Test
	void saysInOneLineWhatItStarted(CapturedOutput output) {
		this.contexts
			.run((context) -> assertThat(output).containsOnlyOnce("Redis for development: Redis 7.0.15 carried")
				.contains("listening on " + context.getBean(RedisServer.class).url()));
	}

	@Test
	void endsTheServerWithTheApplication() {
		List<RedisServer> servers = new ArrayList<>();
		this.contexts.run((context) -> servers.add(context.getBean(RedisServer.class)));
		assertThat(servers).hasSize(1).noneMatch((server) -> server.endpoint().answers());
	}

	@Test
	void keepsTheServerUntilTheConnectionsAreClosed() {
		this.contexts.withBean(DestructionOrder.class).run((context) -> {
			context.getBean(RedisConnectionFactory.class);
			List<String> names = context.getBean(DestructionOrder.class).names;
			context.close();
			assertThat(names).containsSubsequence("redisConnectionFactory", "redisDevServer");
		});
	}

	@Test
	void saysWhyThereIsNoServer() {
		assumeThat(ContainerSource.isEngineConfigured(System.getenv(), Path.of(System.getProperty("user.home")),
				Files::isWritable))
			.isFalse();
		this.contexts.withPropertyValues("redis-patterns.dev-services.source=container")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("container: no DOCKER_HOST")
				.hasMessageContaining("spring.data.redis.url"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "redis-patterns.dev-services.enabled=false", "spring.data.redis.url=redis://127.0.0.1:1",
			"spring.data.redis.host=127.0.0.1", "spring.data.redis.port=6379",
			"spring.data.redis.cluster.nodes=127.0.0.1:7000", "spring.data.redis.cluster.nodes[0]=127.0.0.1:7000",
			"spring.data.redis.masterreplica.nodes=127.0.0.1:1" })
	void staysOutOfTheWayByProperty(String property) {
		this.contexts.withPropertyValues(property)
			.run((context) -> assertThat(context).doesNotHaveBean(RedisServer.class));
	}

	@Test
	void staysOutOfTheWayOfSentinels() {
		this.contexts
			.withPropertyValues("spring.data.redis.sentinel.master=shop",
					"spring.data.redis.sentinel.nodes=127.0.0.1:26379")
			.run((context) -> assertThat(context).doesNotHaveBean(RedisServer.class));
	}

	@ParameterizedTest
	@CsvSource({ "SPRING_DATA_REDIS_URL, redis://127.0.0.1:1", "SPRING_DATA_REDIS_HOST, 127.0.0.1",
			"SPRING_DATA_REDIS_CLUSTER_NODES, 127.0.0.1:7000", "SPRING_DATA_REDIS_CLUSTER_NODES_0, 127.0.0.1:7000",
			"SPRING_DATA_REDIS_MASTERREPLICA_NODES, 127.0.0.1:1" })
	void staysOutOfTheWayByEnvironmentVariable(String name, String value) {
		this.contexts
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", Map.of(name, value))))
			.run((context) -> assertThat(context).doesNotHaveBean(RedisServer.class));
	}

	@Test
	void staysOutOfTheWayOfConnectionDetails() {
		this.contexts.withUserConfiguration(OwnDetails.class)
			.run((context) -> assertThat(context).doesNotHaveBean(RedisServer.class)
				.hasSingleBean(DataRedisConnectionDetails.class));
	}

	@Test
	void isNotHinderedByPropertiesThatNameNoServer() {
		this.contexts
			.withPropertyValues("spring.data.redis.timeout=1s", "spring.data.redis.lettuce.cluster.refresh.period=30s")
			.run((context) -> assertThat(context).hasSingleBean(RedisServer.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDetails {

		@Bean
		DataRedisConnectionDetails mine() {
			return new DataRedisConnectionDetails() {

				@Override
				public Standalone getStandalone() {
					return Standalone.of("127.0.0.1", 1);
				}

			};
		}

	}

	static class DestructionOrder implements DestructionAwareBeanPostProcessor {

		private final List<String> names = new ArrayList<>();

		@Override
		public void postProcessBeforeDestruction(Object bean, String name) {
			this.names.add(name);
		}

	}

}
