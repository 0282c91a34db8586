package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.test.Redis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody who comes as another one each time. The system property
 * {@code redis-patterns.attacker-keys} says how often.
 */
class AttackerTests {

	private static final int KEYS = Integer.getInteger("redis-patterns.attacker-keys", 100_000);

	private static final int AT_ONCE = 1_000;

	@Test
	void leavesNothingBehind() throws Exception {
		Timers timers = new Timers();
		try (RedisServer server = DevRedis.start()) {
			LettuceConnectionFactory factory = Redis.connect(server.host(), server.port());
			RedisGateway gateway = new RedisGateway(factory, Duration.ofSeconds(30), timers);
			RateLimitPolicy policy = RateLimitPolicy.tokenBucket("attacked", 2, Duration.ofSeconds(1))
				.withLease(Duration.ofMillis(100));
			RateLimiters limiters = new RateLimiters(gateway, KeySpace.of("attacker"), List.of(policy));
			attack(limiters.get("attacked"));
			RateLimitStatus status = limiters.status("attacked");
			assertThat(status.leases()).isLessThanOrEqualTo(Leases.MOST);
			assertThat(status.calls()).isZero();
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> keys(gateway) == 0);
			gateway.stop();
			factory.destroy();
		}
		finally {
			timers.close();
		}
	}

	@Test
	void isForgottenWhereThisNodeDecidesAlone() {
		LocalLimits local = new LocalLimits();
		RateLimitPolicy policy = RateLimitPolicy.tokenBucket("attacked", 2, Duration.ofSeconds(1));
		for (int i = 0; i < KEYS; i++) {
			local.decide(policy, "attacker" + i, 1, System.nanoTime());
		}
		assertThat(local.size()).isEqualTo(LocalLimits.MOST_KEYS);
	}

	// Each twice, so that some of them are refused and remembered.
	private static void attack(RateLimiter limiter) throws InterruptedException {
		Semaphore underWay = new Semaphore(AT_ONCE);
		for (int i = 0; i < KEYS; i++) {
			String key = "attacker" + i;
			underWay.acquire();
			limiter.tryAcquireAsync(key, 1)
				.thenCompose((first) -> limiter.tryAcquireAsync(key, 1))
				.whenComplete((decision, failure) -> underWay.release());
		}
		underWay.acquire(AT_ONCE);
	}

	private static long keys(RedisGateway gateway) {
		return gateway.await(gateway.command((redis) -> redis.dbsize()));
	}

}
