package io.github.redispatterns.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.springframework.core.NestedExceptionUtils;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A container, where a container engine answers on this machine. Testcontainers ends it
 * with the JVM.
 */
final class ContainerSource implements RedisSource {

	private static final int PORT = 6379;

	private static final String NOTES = "/tmp";

	private static final Duration START_TIME = Duration.ofSeconds(10);

	private final String image;

	ContainerSource(String image) {
		this.image = image;
	}

	@Override
	public RedisServer start() throws Unavailable {
		// Asking Testcontainers alone takes seconds and logs an error where there is no
		// engine.
		if (!isEngineConfigured(System.getenv(), Path.of(System.getProperty("user.home")), Files::isWritable)) {
			throw new Unavailable("no DOCKER_HOST and no Docker socket that this user may write to");
		}
		try {
			return startWithEngine();
		}
		catch (IOException | RuntimeException | LinkageError | ServiceConfigurationError ex) {
			// Testcontainers may also be absent, or trip over its own settings.
			throw new Unavailable("container of image " + this.image + " did not start: "
					+ NestedExceptionUtils.getMostSpecificCause(ex));
		}
	}

	/**
	 * Whether an engine may be there.
	 * @param environment the environment variables
	 * @param home the user's home
	 * @param usable whether a file is there and may be used
	 * @return {@code true} on Windows always, where a look at the pipe is no cheaper
	 */
	static boolean isEngineConfigured(Map<String, String> environment, Path home, Predicate<Path> usable) {
		return !environment.getOrDefault("DOCKER_HOST", "").isBlank() || "Windows_NT".equals(environment.get("OS"))
				|| Stream
					.of(Path.of("/var/run/docker.sock"), home.resolve(".docker/run/docker.sock"),
							home.resolve(".docker/desktop/docker.sock"), home.resolve(".testcontainers.properties"),
							Path.of(environment.getOrDefault("XDG_RUNTIME_DIR", "/run"), "docker.sock"))
					.anyMatch(usable);
	}

	private RedisServer startWithEngine() throws IOException, Unavailable {
		if (!DockerClientFactory.instance().isDockerAvailable()) {
			throw new Unavailable("Docker does not answer");
		}
		String engine = DockerClientFactory.instance().dockerHostIpAddress();
		if (!InetAddress.getByName(engine).isLoopbackAddress()) {
			throw new Unavailable("Docker is at " + engine + ", where others could reach a Redis without password");
		}
		return run();
	}

	private RedisServer run() throws Unavailable {
		GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(this.image));
		container.withExposedPorts(PORT).withCommand("sh", "-c", ShellLoop.script(NOTES, PORT));
		container.setPortBindings(List.of(Endpoint.LOOPBACK + "::" + PORT));
		try {
			container.start();
			return answering(container);
		}
		catch (Unavailable | RuntimeException ex) {
			container.close();
			throw ex;
		}
	}

	private RedisServer answering(GenericContainer<?> container) throws Unavailable {
		Endpoint endpoint = Endpoint.local(container.getMappedPort(PORT));
		if (!Await.until(START_TIME, endpoint::answers)) {
			throw new Unavailable("the container does not answer on port " + endpoint.port());
		}
		ServerLife life = new ShellLoop(NOTES, endpoint, (script) -> run(container, script), container::close);
		return new RedisServer("container of image " + this.image, endpoint, life);
	}

	private static void run(GenericContainer<?> container, String script) {
		try {
			container.execInContainer("sh", "-c", script);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while a container was at work", ex);
		}
	}

	@Override
	public String toString() {
		return "container";
	}

}
