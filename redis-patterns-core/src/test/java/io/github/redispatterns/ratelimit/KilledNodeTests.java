package io.github.redispatterns.ratelimit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.test.Redis;

import static org.assertj.core.api.Assertions.assertThat;

/** A node that is killed with tokens that it has leased and not spent. */
class KilledNodeTests {

	private static final RateLimitPolicy POLICY = LeasingNode.POLICY;

	private final RedisServer server = DevRedis.shared();

	private final Timers timers = new Timers();

	private final LettuceConnectionFactory factory = Redis.connect(this.server.host(), this.server.port());

	private final RedisGateway gateway = new RedisGateway(this.factory, Duration.ofSeconds(10), this.timers);

	private final RateLimiter limiter = LeasingNode.limiter(this.gateway);

	@AfterEach
	void close() {
		this.gateway.stop();
		this.factory.destroy();
		this.timers.close();
	}

	@Test
	void takesNothingAlongForLongerThanARefill() throws Exception {
		this.limiter.reset(LeasingNode.KEY);
		long began = System.nanoTime();
		long admitted = spendUntilKilled();
		assertThat(this.limiter.peek(LeasingNode.KEY).resetAfter()).isPositive().isLessThanOrEqualTo(POLICY.period());
		long until = System.nanoTime() + POLICY.period().toNanos();
		while (System.nanoTime() - until < 0) {
			admitted += this.limiter.tryAcquire(LeasingNode.KEY).allowed() ? 1 : 0;
		}
		Duration time = Duration.ofNanos(System.nanoTime() - began);
		assertThat(admitted).isLessThanOrEqualTo(POLICY.capacity() + refilledIn(time));
		assertThat(admitted).isGreaterThan(refilledIn(POLICY.period()) / 2);
		RateLimiter other = LeasingNode.limiter(this.gateway);
		Awaitility.await().until(() -> other.peek(LeasingNode.KEY).resetAfter().isZero());
		assertThat(other.tryAcquire(LeasingNode.KEY, 150).allowed()).isTrue();
	}

	private static long refilledIn(Duration time) {
		return POLICY.limit() * time.plusMillis(1).toMillis() / POLICY.period().toMillis();
	}

	// It holds a lease when it dies: it has just spent of it. What it admits and does not
	// get to print is one at most.
	private long spendUntilKilled() throws IOException, InterruptedException {
		Process node = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				LeasingNode.class.getName(), this.server.host(), String.valueOf(this.server.port()))
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		long admitted = 1;
		try (BufferedReader out = node.inputReader()) {
			long leased = 0;
			for (String line = out.readLine(); line != null; line = out.readLine()) {
				admitted++;
				leased += line.equals("LEASE") ? 1 : 0;
				if (leased == 50) {
					node.toHandle().destroyForcibly();
				}
			}
		}
		assertThat(node.waitFor()).as("killed").isEqualTo(137);
		return admitted;
	}

}
