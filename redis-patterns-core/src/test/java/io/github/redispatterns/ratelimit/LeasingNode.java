package io.github.redispatterns.ratelimit;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.test.Redis;

/** A JVM of its own that spends what it has leased, until it is killed. */
public final class LeasingNode {

	static final RateLimitPolicy POLICY = RateLimitPolicy.tokenBucket("leased", 200, Duration.ofSeconds(2))
		.withLease(Duration.ofMillis(500));

	static final String KEY = "shared";

	private LeasingNode() {
	}

	static RateLimiter limiter(RedisGateway gateway) {
		return new RateLimiters(gateway, KeySpace.of("leasing"), List.of(POLICY)).get(POLICY.name());
	}

	/**
	 * Spend, and print the source of each decision that allows.
	 * @param arguments host and port of Redis
	 */
	public static void main(String[] arguments) {
		RateLimiter limiter = limiter(new RedisGateway(Redis.connect(arguments[0], Integer.parseInt(arguments[1])),
				Duration.ofSeconds(10), new Timers()));
		PrintStream out = System.out;
		while (true) {
			Decision decision = limiter.tryAcquire(KEY);
			if (decision.allowed()) {
				out.println(decision.source());
			}
			LockSupport.parkNanos(1_000_000);
		}
	}

}
