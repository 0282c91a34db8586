package io.github.redispatterns.devservices;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;

@ParameterizedClass
@EnumSource(Topology.class)
class TopologyTests {

	private static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "f");

	@Parameter
	@SuppressWarnings("NullAway.Init")
	private Topology topology;

	@Test
	void writesAndReadsThroughLettuce() {
		LettuceConnectionFactory factory = this.topology.shared().connectionFactory();
		writeAndRead(new StringRedisTemplate(factory));
		factory.destroy();
	}

	@Test
	void connectsSpringBootByProperties() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DataRedisAutoConfiguration.class))
			.withPropertyValues(values(this.topology.shared().springProperties()))
			.run((context) -> writeAndRead(context.getBean(StringRedisTemplate.class)));
	}

	@Test
	void knowsWhereAKeyIs() {
		RedisTopology redis = this.topology.shared();
		assertThat(KEYS).allSatisfy((key) -> redis.masterOf(key).command("SET", key, "1", "PX", "10000"));
		assertThat(redis.masters()).contains(redis.masterOf("a"));
	}

	@Test
	void forgetsAllKeys() {
		RedisTopology redis = this.topology.shared();
		KEYS.forEach((key) -> redis.masterOf(key).command("SET", key, "1"));
		redis.flush();
		assertThat(redis.masters()).allSatisfy((master) -> assertThat(master.command("DBSIZE")).isEqualTo(0L));
	}

	@Test
	void leavesNothingBehind() throws IOException {
		long before = temporaryFiles();
		RedisTopology own = this.topology.start();
		assertThat(own.processes()).allMatch(RedisServer::isAlive);
		own.servers().get(0).pause();
		own.close();
		assertThat(own.processes()).noneMatch(RedisServer::isAlive).noneMatch((server) -> server.endpoint().answers());
		assertThat(temporaryFiles()).isEqualTo(before);
	}

	private static void writeAndRead(StringRedisTemplate template) {
		KEYS.forEach((key) -> template.opsForValue().set(key, "value of " + key));
		assertThat(KEYS).allSatisfy((key) -> assertThat(template.opsForValue().get(key)).isEqualTo("value of " + key));
		template.delete(KEYS);
	}

	private static String[] values(Map<String, String> properties) {
		return properties.entrySet()
			.stream()
			.map((property) -> property.getKey() + "=" + property.getValue())
			.toArray(String[]::new);
	}

	private static long temporaryFiles() throws IOException {
		try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
			return files.filter((file) -> file.getFileName().toString().startsWith("redis-patterns-")).count();
		}
	}

}
