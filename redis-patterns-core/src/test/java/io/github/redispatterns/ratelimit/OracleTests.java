package io.github.redispatterns.ratelimit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.key.KeySpace;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The script beside a {@link Model}, step by step: random costs, refunds, pauses and
 * steps back of the clock, limits that change on the way. Time is injected. The system
 * property {@code redis-patterns.oracle-steps} says how many steps each row takes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OracleTests {

	private static final int STEPS = Integer.getInteger("redis-patterns.oracle-steps", 20_000);

	private static final int SLICE = 5_000;

	private static final long BEGIN = 90_000_000_000L;

	/** In 2058, when five bytes are full. */
	private static final long END = 1L << 40;

	private final RedisClient client = RedisClient.create(DevRedis.shared().url());

	private final StatefulRedisConnection<String, String> connection = this.client.connect();

	private String sha = "";

	@BeforeAll
	void load() throws IOException {
		this.sha = this.connection.sync().scriptLoad(script("decide"));
	}

	@AfterAll
	void close() {
		this.connection.close();
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
	}

	@ParameterizedTest
	@CsvSource({ "10, 60000, 10, 0", "7, 13000, 9, 0", "1, 1, 1, 0", "1000, 1000, 3, 0", "3, 604800000, 5, 0",
			"999983, 86400000, 52000000, 0", "5, 1000, 1, 3000", "100, 60000, 20, 60000" })
	void bucket(long limit, long period, long burst, long delay) {
		Random random = new Random(limit * 31 + period);
		Model.Bucket model = new Model.Bucket();
		check("token-bucket", model, random, period / (double) limit, burst, delay, (step) -> {
			// Every so often somebody changes the limits.
			boolean changed = (step / 1000) % 2 == 1;
			List<Bandwidth> bandwidths = List.of(new Bandwidth(changed ? 2 * limit + 1 : limit,
					Duration.ofMillis(period), changed ? burst + 3 : burst));
			model.allow(bandwidths);
			return bandwidths;
		});
	}

	/**
	 * The table that the Go library throttled publishes for GCRA: 5 at once, 1 a second.
	 */
	@Test
	void decidesAsThePublishedTableSays() {
		// When, cost; remaining, reset and retry after that, all times in milliseconds.
		long[][] rows = { { 0, 6, 5, 0, -1 }, { 0, 1, 4, 1000, 0 }, { 0, 1, 3, 2000, 0 }, { 0, 1, 2, 3000, 0 },
				{ 0, 1, 1, 4000, 0 }, { 0, 1, 0, 5000, 0 }, { 0, 1, 0, 5000, 1000 }, { 3000, 1, 2, 3000, 0 },
				{ 3100, 1, 1, 3900, 0 }, { 4000, 1, 1, 4000, 0 }, { 8000, 1, 4, 1000, 0 }, { 9500, 1, 4, 1000, 0 },
				{ 9500, 0, 4, 1000, 0 }, { 9500, 2, 2, 3000, 0 }, { 9500, 5, 2, 3000, 3000 } };
		List<Bandwidth> bandwidths = List.of(new Bandwidth(1, Duration.ofSeconds(1), 5));
		String[] keys = { "oracle:{table}" };
		for (long[] row : rows) {
			List<Long> reply = this.connection.sync()
				.evalsha(this.sha, ScriptOutputType.MULTI, keys,
						arguments("token-bucket", row[1], 0, bandwidths, BEGIN + row[0]));
			boolean allowed = row[4] == 0;
			assertThat(reply.get(1)).isEqualTo(allowed ? 1 : 0);
			assertThat(reply.get(allowed ? 3 : 2)).as("remaining").isEqualTo(row[2]);
			assertThat(reply.get(4)).as("retry").isEqualTo(row[4]);
			assertThat(reply.get(5)).as("reset").isEqualTo(row[3]);
		}
		this.connection.sync().del(keys);
	}

	// The other script for buckets, which most decisions are made by.
	@ParameterizedTest
	@CsvSource({ "10, 60000, 10", "7, 13000, 9", "1, 1, 1", "1000, 1000, 3", "3, 86400000, 5" })
	void bucketOfBusyKeys(long limit, long period, long burst) throws IOException {
		String loaded = this.connection.sync()
			.scriptLoad(script("bucket").replace("for i = 7, #ARGV, 2", "for i = 7, #ARGV - 2, 2"));
		BucketScale scale = BucketScale.of(
				RateLimitPolicy.of("busy", RateLimitAlgorithm.TOKEN_BUCKET,
						new Bandwidth(limit, Duration.ofMillis(period), burst)),
				KeySpace.of("oracle"), HotKeys.ofDefaults());
		Random random = new Random(limit * 31 + period);
		Model.Bucket model = new Model.Bucket();
		model.allow(scale.policy().bandwidths());
		String[] keys = { "oracle:{busy" + random.nextLong() + "}" };
		long now = BEGIN;
		for (int step = 0; step < STEPS / 4; step++) {
			now += pause(random, period / (double) limit, burst);
			long cost = Math.max(0, cost(random, burst));
			long clock = now + Limit.EPOCH.toEpochMilli();
			String[] arguments = Stream
				.of(limit, period, scale.capacity(), 0, 0, 0, 1, cost, clock / 1000, clock % 1000 * 1000)
				.map(String::valueOf)
				.toArray(String[]::new);
			List<Long> reply = this.connection.sync().evalsha(loaded, ScriptOutputType.MULTI, keys, arguments);
			Duration behind = Duration.ofMillis((reply.size() > 1) ? reply.get(1) : 0);
			Decision decision = new BucketLevel(scale, reply.get(0), behind).take(cost);
			List<Long> expected = model.step(now, cost, 0);
			boolean allowed = expected.get(0) == 1;
			assertThat(decision).as("%d: %s", step, List.of(arguments))
				.isEqualTo(new Decision(allowed, scale.policy(), expected.get(allowed ? 2 : 1),
						(expected.get(3) < 0) ? Decision.NEVER : Duration.ofMillis(expected.get(3)),
						Duration.ofMillis(expected.get(4)), Decision.Source.REDIS));
		}
		this.connection.sync().del(keys);
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 500 })
	void bucketOfSeveralBandwidths(long delay) {
		Model.Bucket model = new Model.Bucket();
		List<Bandwidth> bandwidths = List.of(new Bandwidth(10, Duration.ofSeconds(1), 10),
				new Bandwidth(100, Duration.ofMinutes(1), 50), new Bandwidth(1000, Duration.ofHours(1), 300));
		model.allow(bandwidths);
		check("token-bucket", model, new Random(7), 300, 10, delay, (step) -> bandwidths);
	}

	@ParameterizedTest
	@CsvSource({ "10, 100", "3, 7", "1, 1", "50, 1000" })
	void fixedWindow(long limit, long period) {
		check("fixed-window", new Model.Window(limit, period, true), limit, period);
	}

	@ParameterizedTest
	@CsvSource({ "10, 100", "3, 7", "1, 1", "50, 1000" })
	void firstHitWindow(long limit, long period) {
		check("first-hit-window", new Model.Window(limit, period, false), limit, period);
	}

	@ParameterizedTest
	@CsvSource({ "10, 100", "3, 7", "1, 1", "50, 1000", "7, 300" })
	void slidingCounter(long limit, long period) {
		check("sliding-counter", new Model.Counter(limit, period), limit, period);
	}

	@ParameterizedTest
	@CsvSource({ "10, 100", "3, 7", "1, 1", "50, 1000" })
	void slidingLog(long limit, long period) {
		check("sliding-log", new Model.Log(limit, period), limit, period);
	}

	@ParameterizedTest
	@CsvSource({ "3, 100", "1, 7", "20, 1000" })
	void concurrency(int limit, long lease) {
		Random random = new Random(limit * 31 + lease);
		Model.Permits model = new Model.Permits(limit, lease);
		String[] keys = { "oracle:{permits" + limit + "}" };
		long now = BEGIN;
		for (int done = 0; done < STEPS; done += SLICE) {
			List<String[]> questions = new ArrayList<>();
			List<List<Long>> expected = new ArrayList<>();
			for (int step = done; step < Math.min(STEPS, done + SLICE); step++) {
				now += pause(random, lease / (double) limit, limit);
				long cost = random.nextInt(3) - 1;
				String permit = "permit" + random.nextInt(2 * limit + 2);
				questions.add(arguments("concurrency", cost, 0, Stream.of(limit, lease, permit), now));
				expected.add(model.step(now, cost, permit));
			}
			assertThatItAnswers(keys, questions, expected);
		}
		this.connection.sync().del(keys);
	}

	private void check(String algorithm, Model model, long limit, long period) {
		List<Bandwidth> bandwidths = List.of(Bandwidth.of(limit, Duration.ofMillis(period)));
		check(algorithm, model, new Random(limit * 31 + period), period / (double) limit, limit, 0,
				(step) -> bandwidths);
	}

	private void check(String algorithm, Model model, Random random, double apart, long most, long delay,
			Function<Integer, List<Bandwidth>> limits) {
		String[] keys = { "oracle:{" + algorithm + random.nextLong() + "}" };
		long now = BEGIN;
		for (int done = 0; done < STEPS; done += SLICE) {
			List<String[]> questions = new ArrayList<>();
			List<List<Long>> expected = new ArrayList<>();
			for (int step = done; step < Math.min(STEPS, done + SLICE) && now < END - 100 * apart * most; step++) {
				now += pause(random, apart, most);
				long cost = cost(random, most);
				List<Bandwidth> bandwidths = limits.apply(step);
				long wait = random.nextBoolean() ? delay : 0;
				questions.add(arguments(algorithm, cost, wait, bandwidths, now));
				expected.add(model.step(now, cost, wait));
			}
			assertThatItAnswers(keys, questions, expected);
		}
		this.connection.sync().del(keys);
	}

	private void assertThatItAnswers(String[] keys, List<String[]> questions, List<List<Long>> expected) {
		List<RedisFuture<List<Long>>> replies = questions.stream()
			.map((arguments) -> this.connection.async()
				.<List<Long>>evalsha(this.sha, ScriptOutputType.MULTI, keys, arguments))
			.toList();
		for (int i = 0; i < replies.size(); i++) {
			List<Long> reply = replies.get(i).toCompletableFuture().join();
			List<Long> decision = reply.subList(1, reply.size());
			if (decision.get(0) == 0) {
				// What would be left is of no meaning for a refusal.
				decision.set(2, decision.get(1));
			}
			assertThat(decision).as("%d: %s", i, List.of(questions.get(i))).isEqualTo(expected.get(i));
		}
	}

	private static long pause(Random random, double apart, long most) {
		return switch (random.nextInt(40)) {
			case 0 -> (long) (random.nextDouble() * 3 * apart * most);
			case 1 -> -(long) (random.nextDouble() * apart * most);
			default -> Math.round(random.nextDouble() * 2 * apart);
		};
	}

	private static long cost(Random random, long most) {
		return switch (random.nextInt(10)) {
			case 0 -> 0;
			case 1 -> -1 - random.nextInt(3);
			case 2 -> 1 + random.nextLong(most + 2);
			default -> 1 + random.nextLong(Math.min(most, 3));
		};
	}

	private static String[] arguments(String algorithm, long cost, long delay, List<Bandwidth> bandwidths, long now) {
		return arguments(algorithm, cost, delay, bandwidths.stream()
			.flatMap((bandwidth) -> Stream.of(bandwidth.limit(), bandwidth.period().toMillis(), bandwidth.burst())),
				now);
	}

	private static String[] arguments(String algorithm, long cost, long delay, Stream<Object> limits, long now) {
		List<Object> numbers = limits.toList();
		long clock = now + Limit.EPOCH.toEpochMilli();
		return Stream
			.of(Stream.of(algorithm, cost, delay, numbers.size() / 3), numbers.stream(),
					Stream.of(clock / 1000, clock % 1000 * 1000))
			.flatMap(Function.identity())
			.map(String::valueOf)
			.toArray(String[]::new);
	}

	// Time comes from outside, and no key expires under the model's clock.
	static String script(String name) throws IOException {
		try (InputStream in = RateLimiters.class
			.getResourceAsStream("/META-INF/redis-patterns/rate-limit/%s.lua".formatted(name))) {
			assertThat(in).isNotNull();
			return new String(in.readAllBytes(), StandardCharsets.UTF_8)
				.replace("redis.call('TIME')", "{ ARGV[#ARGV - 1], ARGV[#ARGV] }")
				.replaceAll("'PX', .*\\)", "'PX', 3600000)")
				.replaceAll("'PEXPIRE', key, .*\\)", "'PEXPIRE', key, 3600000)");
		}
	}

}
