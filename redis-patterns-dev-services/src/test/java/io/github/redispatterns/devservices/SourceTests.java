package io.github.redispatterns.devservices;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SourceTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path folder;

	@Test
	void carriedServerAnswersUntilItIsClosed() throws Exception {
		RedisServer server = new CarriedSource().start();
		assertThat(server.endpoint().answers()).isTrue();
		server.close();
		assertThat(server.endpoint().answers()).isFalse();
	}

	@Test
	void listensOnTheLoopbackInterfaceOnly() throws Exception {
		List<InetAddress> outside = NetworkInterface.networkInterfaces()
			.flatMap(NetworkInterface::inetAddresses)
			.filter((address) -> !address.isLoopbackAddress())
			.toList();
		try (RedisServer server = new CarriedSource().start()) {
			assertThat(server.host()).isEqualTo("127.0.0.1");
			assertThat(outside)
				.noneMatch((address) -> new Endpoint(address.getHostAddress(), server.port(), null).answers());
		}
	}

	@Test
	void carriedSourceNamesThePlatformItHasNothingFor() {
		assertThatExceptionOfType(RedisSource.Unavailable.class)
			.isThrownBy(() -> new CarriedSource("Windows 11/amd64").start())
			.withMessageContaining("Linux and macOS, and none for windows 11/amd64");
	}

	@Test
	void installedServerAnswersUntilItIsClosed() throws Exception {
		Programs.server(this.folder.resolve("redis-server"));
		RedisServer server = new PathSource("/nowhere:" + this.folder).start();
		assertThat(server.endpoint().answers()).isTrue();
		assertThat(server.host()).isEqualTo("127.0.0.1");
		assertThat(server.description()).contains(this.folder.toString());
		server.close();
		assertThat(server.endpoint().answers()).isFalse();
	}

	@Test
	void findsValkeyOnThePathToo() throws Exception {
		Programs.server(this.folder.resolve("valkey-server"));
		try (RedisServer server = new PathSource(this.folder.toString()).start()) {
			assertThat(server.description()).startsWith("valkey-server");
		}
	}

	@Test
	void takesOnlyProgramsFromThePath() throws IOException {
		Files.createDirectory(this.folder.resolve("redis-server"));
		Files.createFile(this.folder.resolve("valkey-server"));
		assertThatExceptionOfType(RedisSource.Unavailable.class)
			.isThrownBy(() -> new PathSource(this.folder.toString()).start())
			.withMessage("neither redis-server nor valkey-server is on it");
	}

	@Test
	void looksForAnEngineBeforeAskingIt() {
		assertThat(engine(Map.of(), "/somewhere/else")).isFalse();
		assertThat(engine(Map.of("DOCKER_HOST", ""), "/somewhere/else")).isFalse();
		assertThat(engine(Map.of("DOCKER_HOST", "tcp://x"), "/somewhere/else")).isTrue();
		assertThat(engine(Map.of("OS", "Windows_NT"), "/somewhere/else")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/var/run/docker.sock", "/home/me/.docker/run/docker.sock",
			"/home/me/.docker/desktop/docker.sock", "/home/me/.testcontainers.properties", "/run/user/1/docker.sock" })
	void looksForASocketInTheUsualPlaces(String socket) {
		assertThat(engine(Map.of("XDG_RUNTIME_DIR", "/run/user/1"), socket)).isTrue();
	}

	@Test
	void asksTheSourcesInTheirOrder() {
		assertThat(DevRedis.sources(DevRedisOptions.ofDefaults())).map(RedisSource::toString)
			.containsExactly("container", "PATH", "carried");
	}

	@ParameterizedTest
	@EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
	void asksOneSourceAlone(DevRedisOptions.Source source) {
		assertThat(DevRedis.sources(DevRedisOptions.ofDefaults().withSource(source))).singleElement()
			.asString()
			.isEqualToIgnoringCase(source.name());
	}

	@Test
	void refusesABlankImage() {
		assertThatIllegalArgumentException().isThrownBy(() -> DevRedisOptions.ofDefaults().withImage(" "))
			.withMessageContaining("redis-patterns.dev-services.image");
	}

	@Test
	void refusesASourceThatDoesNotExist() {
		System.setProperty("redis-patterns.dev-services.source", "cloud");
		assertThatIllegalArgumentException().isThrownBy(DevRedisOptions::ofSystemProperties)
			.withMessageContaining("redis-patterns.dev-services.source")
			.withMessageContaining("'cloud'");
		System.clearProperty("redis-patterns.dev-services.source");
	}

	@Test
	void takesTheFirstSourceThatWorks() {
		RedisServer second = new RedisServer("second", Endpoint.local(1), new NoLife());
		RedisServer started = DevRedis.startFirst(List.of(unavailable("first"), () -> second, unavailable("third")));
		assertThat(started).isSameAs(second);
	}

	@Test
	void needsNoTestcontainers() throws IOException {
		Predicate<String> rest = (jar) -> !jar.contains("testcontainers");
		try (ChildJvm jvm = ChildJvm.startFromAnySource("tcp://127.0.0.1:1", rest)) {
			assertThat(jvm.serverAnswers()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp://127.0.0.1:1", "not an address" })
	void needsNoEngine(String dockerHost) throws IOException {
		try (ChildJvm jvm = ChildJvm.startFromAnySource(dockerHost, (jar) -> true)) {
			assertThat(jvm.serverAnswers()).isTrue();
		}
	}

	@Test
	void saysOfEachSourceWhyItHasNone() {
		assertThatIllegalStateException()
			.isThrownBy(() -> DevRedis.startFirst(List.of(unavailable("no engine"), unavailable("no binary"))))
			.withMessageContaining("no engine")
			.withMessageContaining("no binary")
			.withMessageContaining("spring.data.redis.url");
	}

	@Test
	void sharesOneServerInAJvm() {
		assertThat(DevRedis.shared()).isSameAs(DevRedis.shared());
		assertThat(DevRedis.shared().endpoint().answers()).isTrue();
	}

	@Test
	void keepsTheSharedServerOpen() {
		DevRedis.shared().close();
		assertThat(DevRedis.shared().endpoint().answers()).isTrue();
	}

	private static boolean engine(Map<String, String> environment, String file) {
		return ContainerSource.isEngineConfigured(environment, Path.of("/home/me"), Path.of(file)::equals);
	}

	private static RedisSource unavailable(String reason) {
		return () -> {
			throw new RedisSource.Unavailable(reason);
		};
	}

	/** The life of a server that is not there. */
	private static final class NoLife implements ServerLife {

		@Override
		public void pause() {
		}

		@Override
		public void resume() {
		}

		@Override
		public void kill() {
		}

		@Override
		public void restart() {
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isAlive() {
			return false;
		}

	}

}
