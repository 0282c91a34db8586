package io.github.redispatterns.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** What stands in files and names is really there. */
class RegistrationTests {

	/** Needs a milestone on the class path, which no module of ours has. */
	private static final String MILESTONE = "org.springframework.boot.session.data.redis.autoconfigure.SessionDataRedisAutoConfiguration";

	@ParameterizedTest
	@MethodSource("autoConfigurations")
	void registeredAutoConfigurationsExist(String name) throws ClassNotFoundException {
		assertThat(ClassUtils.forName(name, null)).hasAnnotation(AutoConfiguration.class);
	}

	@ParameterizedTest
	@MethodSource("autoConfigurations")
	void namesInTheirOrderResolve(String name) throws ClassNotFoundException {
		AutoConfiguration order = Objects.requireNonNull(
				AnnotatedElementUtils.findMergedAnnotation(ClassUtils.forName(name, null), AutoConfiguration.class));
		Stream.concat(Arrays.stream(order.beforeName()), Arrays.stream(order.afterName()))
			.filter((neighbour) -> !neighbour.equals(MILESTONE))
			.forEach((neighbour) -> assertThat(ClassUtils.isPresent(neighbour, null)).as(neighbour).isTrue());
	}

	@Test
	void everyPropertyIsDescribed() throws IOException {
		JsonNode properties = metadata().get("properties");
		assertThat(properties).isNotEmpty();
		properties.forEach((property) -> assertThat(property.path("description").asString())
			.as("description of " + property.get("name"))
			.isNotBlank()
			.doesNotStartWith("The ")
			.doesNotStartWith("A "));
	}

	@Test
	void everyPatternIsOnUnlessSwitchedOff() throws IOException {
		metadata().get("properties")
			.valueStream()
			.filter((property) -> property.get("name").asString().matches("redis-patterns\\.[a-z-]+\\.enabled"))
			.forEach((property) -> assertThat(property.path("defaultValue").asBoolean())
				.as(property.get("name").asString())
				.isTrue());
	}

	static Stream<String> autoConfigurations() {
		return ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.github.redispatterns.autoconfigure"));
	}

	private static JsonNode metadata() throws IOException {
		try (InputStream in = RedisPatternsAutoConfiguration.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			return JsonMapper.shared().readTree(in);
		}
	}

}
