package io.github.redispatterns.devservices;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SourceTests {

	private static final Path HOME = Path.of("/home/me");

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path folder;

	@Test
	void carriedServerAnswersUntilItIsClosed() throws Exception {
		RedisServer server = new CarriedSource().start();
		assertThat(Ping.answers(server)).isTrue();
		server.close();
		assertThat(Ping.answers(server)).isFalse();
	}

	@Test
	void carriedServerLeavesNoFilesBehind() throws Exception {
		long before = temporaryFiles();
		try (RedisServer server = new CarriedSource().start()) {
			assertThat(Ping.answers(server)).isTrue();
			assertThat(temporaryFiles()).isEqualTo(before);
		}
	}

	@Test
	void listensOnTheLoopbackInterfaceOnly() throws Exception {
		List<InetAddress> outside = NetworkInterface.networkInterfaces()
			.flatMap(NetworkInterface::inetAddresses)
			.filter((address) -> !address.isLoopbackAddress())
			.toList();
		try (RedisServer server = new CarriedSource().start()) {
			assertThat(server.host()).isEqualTo("127.0.0.1");
			assertThat(outside).noneMatch((address) -> Ping.answers(address.getHostAddress(), server.port()));
		}
	}

	@Test
	void carriedSourceNamesThePlatformItHasNothingFor() {
		assertThatExceptionOfType(RedisSource.Unavailable.class)
			.isThrownBy(() -> new CarriedSource("Windows 11/amd64").start())
			.withMessageContaining("windows 11/amd64");
	}

	@Test
	void findsTheServerOnThePath() throws Exception {
		installServer("redis-server");
		try (RedisServer server = new PathSource("/nowhere:" + this.folder).start()) {
			assertThat(Ping.answers(server)).isTrue();
			assertThat(server.description()).contains(this.folder.toString());
		}
	}

	@Test
	void findsValkeyOnThePathToo() throws Exception {
		installServer("valkey-server");
		try (RedisServer server = new PathSource(this.folder.toString()).start()) {
			assertThat(server.description()).startsWith("valkey-server");
		}
	}

	@Test
	void saysWhyAProgramDidNotStart() throws IOException {
		Path broken = this.folder.resolve("redis-server");
		Files.writeString(broken, "#!/bin/sh\necho out of luck\nexit 1\n");
		Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwx------"));
		assertThatExceptionOfType(RedisSource.Unavailable.class)
			.isThrownBy(() -> new PathSource(this.folder.toString()).start())
			.withMessageContaining("out of luck");
	}

	@Test
	void looksForAnEngineBeforeAskingIt() {
		assertThat(ContainerSource.isEngineConfigured(Map.of(), HOME, (path) -> false)).isFalse();
		assertThat(ContainerSource.isEngineConfigured(Map.of("DOCKER_HOST", "tcp://x"), HOME, (path) -> false))
			.isTrue();
	}

	@Test
	void looksForASocketInTheUsualPlaces() {
		assertThat(List.of("/var/run/docker.sock", "/home/me/.docker/run/docker.sock",
				"/home/me/.testcontainers.properties", "/run/user/1/docker.sock"))
			.allMatch((socket) -> ContainerSource.isEngineConfigured(Map.of("XDG_RUNTIME_DIR", "/run/user/1"), HOME,
					Path.of(socket)::equals));
	}

	@Test
	void takesTheFirstSourceThatWorks() {
		RedisServer second = new RedisServer("second", "127.0.0.1", 1, () -> {
		});
		RedisServer started = DevRedis.startFirst(List.of(unavailable("first"), () -> second, unavailable("third")));
		assertThat(started).isSameAs(second);
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
		assertThat(Ping.answers(DevRedis.shared())).isTrue();
	}

	private static RedisSource unavailable(String reason) {
		return () -> {
			throw new RedisSource.Unavailable(reason);
		};
	}

	private void installServer(String name) throws IOException {
		Path binary = this.folder.resolve(name);
		try (InputStream in = SourceTests.class.getResourceAsStream("/redis-server-7.0.15-linux-amd64")) {
			assertThat(in).isNotNull();
			Files.copy(in, binary);
		}
		Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwx------"));
	}

	private static long temporaryFiles() throws IOException {
		try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
			return files.filter((file) -> file.getFileName().toString().startsWith("redis-patterns-")).count();
		}
	}

}
