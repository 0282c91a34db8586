package io.github.redispatterns.devservices;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ServerProcessTests {

	@Test
	void endsWhenItsJvmIsKilled() throws IOException {
		Process jvm = startJvm();
		int port = readPort(jvm);
		assertThat(Ping.answers("127.0.0.1", port)).isTrue();
		jvm.destroyForcibly();
		awaitEnd(port);
	}

	@Test
	void endsWhenItsJvmEnds() throws IOException {
		Process jvm = startJvm();
		int port = readPort(jvm);
		jvm.getOutputStream().close();
		awaitEnd(port);
	}

	private static void awaitEnd(int port) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(Ping.answers("127.0.0.1", port)).isFalse());
	}

	private static Process startJvm() throws IOException {
		Path java = Path.of(System.getProperty("java.home"), "bin", "java");
		return new ProcessBuilder(java.toString(), "-cp", System.getProperty("java.class.path"),
				ChildApplication.class.getName())
			.start();
	}

	private static int readPort(Process jvm) throws IOException {
		BufferedReader out = jvm.inputReader();
		String line = out.readLine();
		assertThat(line).as("port that the child prints").isNotNull();
		return Integer.parseInt(line);
	}

}
