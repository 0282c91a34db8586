package io.github.redispatterns.devservices;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A container, where a container engine answers. Testcontainers ends it with the JVM.
 */
final class ContainerSource implements RedisSource {

	private static final int PORT = 6379;

	private final String image;

	ContainerSource(String image) {
		this.image = image;
	}

	@Override
	public RedisServer start() throws Unavailable {
		// Asking Testcontainers alone takes seconds and logs an error where there is no
		// engine.
		if (!isEngineConfigured(System.getenv(), Path.of(System.getProperty("user.home")), Files::exists)) {
			throw new Unavailable("no DOCKER_HOST and no Docker socket");
		}
		if (!DockerClientFactory.instance().isDockerAvailable()) {
			throw new Unavailable("Docker does not answer");
		}
		return run();
	}

	static boolean isEngineConfigured(Map<String, String> environment, Path home, Predicate<Path> exists) {
		return environment.containsKey("DOCKER_HOST") || Stream
			.of(Path.of("/var/run/docker.sock"), home.resolve(".docker/run/docker.sock"),
					home.resolve(".testcontainers.properties"), runtimeSocket(environment))
			.filter(Objects::nonNull)
			.anyMatch(exists);
	}

	private static Path runtimeSocket(Map<String, String> environment) {
		return Path.of(environment.getOrDefault("XDG_RUNTIME_DIR", "/run")).resolve("docker.sock");
	}

	private RedisServer run() throws Unavailable {
		GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(this.image));
		container.withExposedPorts(PORT).withCommand("redis-server", "--save", "", "--appendonly", "no");
		try {
			container.start();
		}
		catch (RuntimeException ex) {
			container.close();
			throw new Unavailable("container of image " + this.image + " did not start: " + ex.getMessage());
		}
		return new RedisServer("container of image " + this.image, container.getHost(), container.getMappedPort(PORT),
				container::close);
	}

	@Override
	public String toString() {
		return "container";
	}

}
