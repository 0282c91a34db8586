package io.github.redispatterns.cache;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * JVMs that put and write, each killed ({@code SIGKILL}) in the middle of it. Whatever
 * one of them was told to be taken reaches the source.
 */
class WriteBehindCrashTests {

	private static final int KILLS = Integer.getInteger("redis-patterns.cache.kills", 4);

	@Test
	void losesNothingThatWasTaken() throws Exception {
		try (RedisServer server = DevRedis.start()) {
			Map<String, Integer> taken = new ConcurrentHashMap<>();
			for (int i = 0; i < KILLS; i++) {
				runAndKill(server, i, taken);
			}
			assertThat(taken).hasSizeGreaterThan(WriteBehindNode.KEYS / 2);
			try (WriteBehindNode node = new WriteBehindNode(server.host(), server.port())) {
				TypedCache cache = node.cache();
				Awaitility.await()
					.atMost(Duration.ofSeconds(60))
					.until(() -> cache.writeBehind().orElseThrow().waiting() == 0);
				taken.forEach((key, value) -> assertThat(node.stored(key)).as(key).isGreaterThanOrEqualTo(value));
				assertThat(node.sawDisorder()).isFalse();
			}
		}
	}

	private static void runAndKill(RedisServer server, int run, Map<String, Integer> taken) throws Exception {
		Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), "-Xmx128m", "-XX:TieredStopAtLevel=1",
				WriteBehindNode.class.getName(), server.host(), String.valueOf(server.port()), String.valueOf(run))
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		int puts = ThreadLocalRandom.current().nextInt(200, 2_000);
		try (BufferedReader acknowledged = new BufferedReader(
				new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
			read(acknowledged, puts, taken);
			child.destroyForcibly().waitFor();
			read(acknowledged, Integer.MAX_VALUE, taken);
		}
	}

	private static void read(BufferedReader acknowledged, int count, Map<String, Integer> taken) throws IOException {
		for (int i = 0; i < count; i++) {
			String line = acknowledged.readLine();
			if (line == null) {
				return;
			}
			if (line.matches("put \\d+ \\d+")) {
				String[] words = line.split(" ");
				taken.merge(words[1], Integer.parseInt(words[2]), Math::max);
			}
		}
	}

}
