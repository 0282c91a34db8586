package io.github.redispatterns.ratelimit;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.redispatterns.devservices.DevRedis;

import static org.assertj.core.api.Assertions.assertThat;

/** The script beside a plain calculation with integers of any size, time injected. */
class TokenBucketOracleTests {

	private static final int STEPS = 20_000;

	@ParameterizedTest
	@CsvSource({ "10, 60000000, 10, 1000", "7, 13000000, 9, 1000", "1, 1000, 1, 1000", "1000, 1000000, 3, 1000",
			"3, 604800000, 5, 1", "999983, 86400000, 52000000, 1" })
	void decidesAsTheOracleDoes(long limit, long period, long capacity, long units) throws Exception {
		Random random = new Random(limit * 31 + period);
		Oracle oracle = new Oracle(limit, period, capacity);
		List<List<Long>> expected = new ArrayList<>();
		List<RedisFuture<List<Long>>> replies = new ArrayList<>();
		try (RedisClient client = RedisClient.create(DevRedis.shared().url());
				StatefulRedisConnection<String, String> connection = client.connect()) {
			String sha = connection.sync().scriptLoad(script());
			String[] keys = { "oracle:{" + limit + ":" + period + "}" };
			long now = 1_795_226_896_022_410L / 1000 * units;
			connection.sync().del(keys);
			for (int step = 0; step < STEPS; step++) {
				now += Math
					.round(random.nextGaussian(0.5, 1) * period / limit * ((random.nextInt(20) == 0) ? capacity : 1));
				long cost = random.nextInt((int) Math.min(capacity + 2, 1000));
				expected.add(oracle.decide(now, cost));
				replies.add(connection.async()
					.evalsha(sha, ScriptOutputType.MULTI, keys, text(cost), text(limit), text(period), text(capacity),
							text(units), text(now * 1000 / units / 1_000_000), text(now * 1000 / units % 1_000_000)));
			}
			for (int step = 0; step < STEPS; step++) {
				assertThat(replies.get(step).get()).as("step %d", step).isEqualTo(expected.get(step));
			}
			connection.sync().del(keys);
		}
	}

	private static String text(long number) {
		return String.valueOf(number);
	}

	// Time comes from outside, and no key expires under the oracle's clock.
	private static String script() throws IOException {
		try (InputStream in = TokenBucket.class
			.getResourceAsStream("/META-INF/redis-patterns/rate-limit/token-bucket.lua")) {
			assertThat(in).isNotNull();
			return new String(in.readAllBytes(), StandardCharsets.UTF_8)
				.replace("redis.call('TIME')", "{ ARGV[6], ARGV[7] }")
				.replace("'PX', math.ceil(full / units)", "'EX', 3600");
		}
	}

	/** A bucket in exact numbers: its debt is in tokens times period. */
	private static final class Oracle {

		private final BigInteger limit;

		private final BigInteger period;

		private final BigInteger capacity;

		private BigInteger debt = BigInteger.ZERO;

		private long since = Long.MIN_VALUE;

		Oracle(long limit, long period, long capacity) {
			this.limit = BigInteger.valueOf(limit);
			this.period = BigInteger.valueOf(period);
			this.capacity = BigInteger.valueOf(capacity);
		}

		List<Long> decide(long clock, long cost) {
			long now = Math.max(clock, this.since);
			BigInteger elapsed = (this.since == Long.MIN_VALUE) ? BigInteger.ZERO
					: BigInteger.valueOf(now - this.since);
			BigInteger owed = this.debt.subtract(elapsed.multiply(this.limit)).max(BigInteger.ZERO);
			BigInteger wanted = BigInteger.valueOf(cost).multiply(this.period);
			BigInteger excess = owed.add(wanted).subtract(this.capacity.multiply(this.period));
			boolean allowed = excess.signum() <= 0;
			if (allowed) {
				owed = owed.add(wanted);
			}
			if (allowed && cost > 0) {
				this.debt = owed;
				this.since = now;
			}
			return List.of(allowed ? 1L : 0L,
					this.capacity.multiply(this.period).subtract(owed).divide(this.period).longValueExact(),
					retry(cost, allowed, excess), ceiling(owed));
		}

		private long retry(long cost, boolean allowed, BigInteger excess) {
			if (BigInteger.valueOf(cost).compareTo(this.capacity) > 0) {
				return -1;
			}
			return allowed ? 0 : ceiling(excess);
		}

		private long ceiling(BigInteger debt) {
			return debt.add(this.limit).subtract(BigInteger.ONE).divide(this.limit).longValueExact();
		}

	}

}
