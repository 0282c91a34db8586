package io.github.redispatterns.coordination;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three JVMs are elected while they are stopped and killed, and Redis is stopped and cuts
 * them off. {@code -Dredis-patterns.coordination.rounds=1000} for the long run.
 */
class LeaderOverlapTests {

	private static final Log logger = LogFactory.getLog(LeaderOverlapTests.class);

	private static final int ROUNDS = Integer.getInteger("redis-patterns.coordination.rounds", 15);

	private final Random random = new Random();

	private final List<Process> nodes = new ArrayList<>();

	/**
	 * When each term was seen for certain: from after the first look to before the last.
	 */
	private final Map<Long, Seen> terms = new ConcurrentSkipListMap<>();

	private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();

	private final AtomicLong looks = new AtomicLong();

	@Test
	void hasOneLeaderAtATime() throws Exception {
		try (RedisServer redis = DevRedis.start()) {
			for (int i = 0; i < 3; i++) {
				this.nodes.add(start(redis));
			}
			for (int round = 0; round < ROUNDS; round++) {
				awaitLeader();
				attack(redis);
			}
			awaitLeader();
			// Chance may have spared every leader until here.
			for (int node = 0; node < this.nodes.size(); node++) {
				killAndStart(node, redis);
			}
			awaitLeader();
		}
		finally {
			this.nodes.forEach(Process::destroyForcibly);
		}
		logger.info("%d rounds, %d terms, %d looks".formatted(ROUNDS, this.terms.size(), this.looks.get()));
		assertThat(this.violations).isEmpty();
		assertThat(overlaps()).isEmpty();
		assertThat(this.terms.size()).isGreaterThan(1);
	}

	private void awaitLeader() {
		long before = System.nanoTime();
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(10))
			.until(() -> this.terms.values().stream().anyMatch((seen) -> seen.until - before > 0));
	}

	private List<String> overlaps() {
		List<String> overlaps = new ArrayList<>();
		Seen last = null;
		for (Map.Entry<Long, Seen> term : this.terms.entrySet()) {
			if (last != null && term.getValue().from - last.until < 0) {
				overlaps.add("term %d began %d ns before the end of the last".formatted(term.getKey(),
						last.until - term.getValue().from));
			}
			last = term.getValue();
		}
		return overlaps;
	}

	private void attack(RedisServer redis) throws Exception {
		int victim = this.random.nextInt(this.nodes.size());
		switch (this.random.nextInt(5)) {
			case 0 -> killAndStart(victim, redis);
			case 1 -> redis.killClients();
			case 2 -> {
				redis.pause();
				pass();
				redis.resume();
			}
			default -> {
				signal("STOP", this.nodes.get(victim));
				pass();
				signal("CONT", this.nodes.get(victim));
			}
		}
	}

	private void killAndStart(int node, RedisServer redis) throws Exception {
		this.nodes.get(node).destroyForcibly().waitFor();
		this.nodes.set(node, start(redis));
	}

	private void pass() {
		int millis = this.random.nextInt(3 * (int) Candidate.LEASE.toMillis());
		Awaitility.await().pollDelay(Duration.ofMillis(millis)).atMost(Duration.ofSeconds(20)).until(() -> true);
	}

	private static void signal(String signal, Process node) throws Exception {
		new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", signal, String.valueOf(node.pid())).start().waitFor();
	}

	private Process start(RedisServer redis) throws IOException {
		Process node = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				Candidate.class.getName(), String.valueOf(redis.port()))
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		Thread reader = new Thread(() -> read(node));
		reader.setDaemon(true);
		reader.start();
		return node;
	}

	private void read(Process node) {
		try (BufferedReader lines = new BufferedReader(
				new InputStreamReader(node.getInputStream(), StandardCharsets.US_ASCII))) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				heard(line);
			}
		}
		catch (IOException ex) {
			logger.debug("A node has ended", ex);
		}
	}

	private void heard(String line) {
		if (line.matches("\\d+ \\d+ \\d+")) {
			String[] words = line.split(" ");
			long before = Long.parseLong(words[1]);
			long after = Long.parseLong(words[2]);
			this.looks.incrementAndGet();
			this.terms.merge(Long.parseLong(words[0]), new Seen(after, before),
					(seen, now) -> new Seen(seen.from, now.until));
		}
		else if (line.contains(Candidate.VIOLATION)) {
			this.violations.add(line);
		}
	}

	/**
	 * When a term was seen.
	 *
	 * @param from by {@link System#nanoTime}
	 * @param until the same
	 */
	private record Seen(long from, long until) {
	}

}
