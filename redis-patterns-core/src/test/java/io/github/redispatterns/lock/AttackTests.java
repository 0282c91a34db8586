package io.github.redispatterns.lock;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.github.redispatterns.devservices.SentinelRedis;
import io.github.redispatterns.devservices.Topology;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Four JVMs take one lock while they and Redis are stopped, killed, cut off and failed
 * over. {@code -Dredis-patterns.lock.attack-rounds=1000} for the long run.
 */
class AttackTests {

	private static final Log logger = LogFactory.getLog(AttackTests.class);

	private static final int ROUNDS = Integer.getInteger("redis-patterns.lock.attack-rounds", 40);

	private static final int FAILOVER_EVERY = 20;

	private final Random random = new Random();

	private final List<Process> nodes = new ArrayList<>();

	@Test
	void letsNoStaleWriterThrough() throws Exception {
		try (SentinelRedis redis = (SentinelRedis) Topology.SENTINEL.start();
				FencedResource resource = new FencedResource()) {
			for (int i = 0; i < 4; i++) {
				this.nodes.add(start(redis, resource));
			}
			for (int round = 1; round <= ROUNDS; round++) {
				attack(round, redis, resource);
				long before = resource.writes();
				Awaitility.await()
					.alias("progress after round " + round)
					.atMost(Duration.ofSeconds(60))
					.pollInterval(Duration.ofMillis(10))
					.until(() -> resource.writes() > before + 5 || !resource.violations().isEmpty());
				assertThat(resource.violations()).isEmpty();
			}
			logger.info("%d rounds, %d writes, %d refused".formatted(ROUNDS, resource.writes(), resource.refused()));
			assertThat(resource.value()).as("no update is lost").isEqualTo(resource.writes());
		}
		finally {
			this.nodes.forEach(Process::destroyForcibly);
		}
	}

	private void attack(int round, SentinelRedis redis, FencedResource resource) throws Exception {
		int victim = this.random.nextInt(this.nodes.size());
		if (round % FAILOVER_EVERY == 0) {
			redis.failover();
			return;
		}
		switch (this.random.nextInt(6)) {
			case 0 -> {
				this.nodes.get(victim).destroyForcibly().waitFor();
				this.nodes.set(victim, start(redis, resource));
			}
			case 1 -> redis.masterOf("any").killClients();
			case 2 -> redis.masterOf("any").command("DEL", "locks:{attacked}");
			case 3 -> redis.flush();
			default -> stopForAWhile(this.nodes.get(victim));
		}
	}

	private void stopForAWhile(Process node) throws Exception {
		signal("STOP", node);
		int millis = this.random.nextInt(2 * (int) Attacked.LEASE.toMillis());
		Awaitility.await().pollDelay(Duration.ofMillis(millis)).atMost(Duration.ofSeconds(10)).until(() -> true);
		signal("CONT", node);
	}

	private static void signal(String signal, Process node) throws Exception {
		new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", signal, String.valueOf(node.pid())).start().waitFor();
	}

	private static Process start(SentinelRedis redis, FencedResource resource) throws IOException {
		String sentinels = redis.sentinels()
			.stream()
			.map((sentinel) -> String.valueOf(sentinel.port()))
			.collect(Collectors.joining(","));
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Attacked.class.getName(),
				String.valueOf(resource.port()), redis.masterName(), sentinels)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
	}

}
