package io.github.redispatterns.cache;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * JVMs that put and write, each killed ({@code SIGKILL}) in the middle of it. Whatever
 * one of them was told to be taken reaches the source.
 */
class WriteBehindCrashTests {

	private static final int KILLS = Integer.getInteger("redis-patterns.cache.kills", 4);

	@TempDir
	private Path directory;

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

	private void runAndKill(RedisServer server, int run, Map<String, Integer> taken) throws Exception {
		Path acknowledged = Files.createTempFile(this.directory, "taken", ".txt");
		Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), "-Xmx128m", "-XX:TieredStopAtLevel=1",
				WriteBehindNode.class.getName(), server.host(), String.valueOf(server.port()), String.valueOf(run))
			.redirectOutput(acknowledged.toFile())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		int bytes = ThreadLocalRandom.current().nextInt(2_000, 30_000);
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.pollInterval(Duration.ofMillis(1))
			.until(() -> Files.size(acknowledged) > bytes);
		child.destroyForcibly().waitFor();
		Files.readAllLines(acknowledged)
			.stream()
			.filter((line) -> line.matches("put \\d+ \\d+\\."))
			.map((line) -> line.substring(4, line.length() - 1).split(" "))
			.forEach((words) -> taken.merge(words[0], Integer.parseInt(words[1]), Math::max));
	}

}
