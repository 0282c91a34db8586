package io.github.redispatterns.ratelimit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.gateway.RedisGateway;
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

	private final StatefulRedisConnection<String, byte[]> connection = this.client
		.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));

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
		check(RateLimitAlgorithm.TOKEN_BUCKET, model, random, period / (double) limit, burst, delay, (step) -> {
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
		RateLimitPolicy policy = policy(RateLimitAlgorithm.TOKEN_BUCKET,
				List.of(new Bandwidth(1, Duration.ofSeconds(1), 5)));
		String[] keys = { "oracle:{table}" };
		for (long[] row : rows) {
			Question question = new Question(Limit.of(policy, "", row[1]), BEGIN + row[0]);
			long allowed = (row[4] == 0) ? 1 : 0;
			assertThat(ask(keys, question).join())
				.isEqualTo(question.decision(List.of(allowed, row[2], row[4], row[3])));
		}
		this.connection.sync().del(keys);
	}

	// The other script for buckets, which most decisions are made by.
	@ParameterizedTest
	@CsvSource({ "10, 60000, 10", "7, 13000, 9", "1, 1, 1", "1000, 1000, 3", "3, 3600000, 5" })
	void bucketOfBusyKeys(long limit, long period, long burst) throws IOException {
		String loaded = this.connection.sync().scriptLoad(script("bucket"));
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
			List<Long> reply = this.connection.sync()
				.evalsha(loaded, ScriptOutputType.MULTI, keys,
						arguments(HotBucket.argument(scale, Lease.Wish.NOTHING, cost), now));
			Duration behind = Duration.ofMillis((reply.size() > 1) ? reply.get(1) : 0);
			Decision decision = new BucketLevel(scale, reply.get(0), behind).take(cost);
			Question question = new Question(Limit.of(scale.policy(), "", cost), now);
			assertThat(decision).as("%d: %s", step, question).isEqualTo(question.decision(model.step(now, cost, 0)));
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
		check(RateLimitAlgorithm.TOKEN_BUCKET, model, new Random(7), 300, 10, delay, (step) -> bandwidths);
	}

	@ParameterizedTest
	@CsvSource({ "10, 100", "3, 7", "1, 1", "50, 1000" })
	void fixedWindow(long limit, long period) {
		check(RateLimitAlgorithm.FIXED_WINDOW, new Model.Window(limit, period, true), limit, period);
	}

	@ParameterizedTest
	@CsvSource({ "10, 100", "3, 7", "1, 1", "50, 1000" })
	void firstHitWindow(long limit, long period) {
		check(RateLimitAlgorithm.FIRST_HIT_WINDOW, new Model.Window(limit, period, false), limit, period);
	}

	@ParameterizedTest
	@CsvSource({ "10, 100", "3, 7", "1, 1", "50, 1000", "7, 300" })
	void slidingCounter(long limit, long period) {
		check(RateLimitAlgorithm.SLIDING_COUNTER, new Model.Counter(limit, period), limit, period);
	}

	@ParameterizedTest
	@CsvSource({ "10, 100", "3, 7", "1, 1", "50, 1000" })
	void slidingLog(long limit, long period) {
		check(RateLimitAlgorithm.SLIDING_LOG, new Model.Log(limit, period), limit, period);
	}

	@ParameterizedTest
	@CsvSource({ "3, 100", "1, 7", "20, 1000" })
	void concurrency(int limit, long lease) {
		Random random = new Random(limit * 31 + lease);
		Model.Permits model = new Model.Permits(limit, lease);
		RateLimitPolicy policy = policy(RateLimitAlgorithm.CONCURRENCY,
				List.of(Bandwidth.of(limit, Duration.ofMillis(lease))));
		check("permits" + limit, random, lease / (double) limit, limit, (step, now) -> {
			long cost = random.nextInt(3) - 1;
			String permit = "permit" + random.nextInt(2 * limit + 2);
			return new Answer(new Question(new Limit(policy, "", cost, Duration.ZERO, permit), now),
					model.step(now, cost, permit));
		});
	}

	private void check(RateLimitAlgorithm algorithm, Model model, long limit, long period) {
		List<Bandwidth> bandwidths = List.of(Bandwidth.of(limit, Duration.ofMillis(period)));
		check(algorithm, model, new Random(limit * 31 + period), period / (double) limit, limit, 0,
				(step) -> bandwidths);
	}

	private void check(RateLimitAlgorithm algorithm, Model model, Random random, double apart, long most, long delay,
			IntFunction<List<Bandwidth>> limits) {
		check(algorithm.name() + random.nextLong(), random, apart, most, (step, now) -> {
			long cost = cost(random, most);
			long wait = random.nextBoolean() ? delay : 0;
			RateLimitPolicy policy = policy(algorithm, limits.apply(step));
			return new Answer(new Question(new Limit(policy, "", cost, Duration.ofMillis(wait), ""), now),
					model.step(now, cost, wait));
		});
	}

	private void check(String name, Random random, double apart, long most, BiFunction<Integer, Long, Answer> model) {
		String[] keys = { "oracle:{%s}".formatted(name) };
		long now = BEGIN;
		for (int done = 0; done < STEPS; done += SLICE) {
			List<Answer> answers = new ArrayList<>();
			for (int step = done; step < Math.min(STEPS, done + SLICE) && now < END - 100 * apart * most; step++) {
				now += pause(random, apart, most);
				answers.add(model.apply(step, now));
			}
			assertThatItGives(answers, keys);
		}
		this.connection.sync().del(keys);
	}

	private void assertThatItGives(List<Answer> answers, String[] keys) {
		List<CompletableFuture<Decision>> decisions = answers.stream()
			.map((answer) -> ask(keys, answer.question()))
			.toList();
		for (int i = 0; i < answers.size(); i++) {
			Question question = answers.get(i).question();
			assertThat(decisions.get(i).join()).as("%d: %s", i, question)
				.isEqualTo(question.decision(answers.get(i).expected()));
		}
	}

	private CompletableFuture<Decision> ask(String[] keys, Question question) {
		return this.connection.async()
			.<byte[]>evalsha(this.sha, ScriptOutputType.VALUE, keys, question.arguments())
			.thenApply((reply) -> question.limit().read(ByteBuffer.wrap(reply).position(Long.BYTES)))
			.toCompletableFuture();
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

	private static RateLimitPolicy policy(RateLimitAlgorithm algorithm, List<Bandwidth> bandwidths) {
		return RateLimitPolicy.of("oracle", algorithm, bandwidths.get(0)).withBandwidths(bandwidths);
	}

	private static byte[][] arguments(byte[] argument, long now) {
		long clock = now + Limit.EPOCH.toEpochMilli();
		return new byte[][] { argument, RedisGateway.utf8(String.valueOf(clock / 1000)),
				RedisGateway.utf8(String.valueOf(clock % 1000 * 1000)) };
	}

	// Time comes from outside, and no key expires under the model's clock.
	static String script(String name) throws IOException {
		try (InputStream in = RateLimiters.class
			.getResourceAsStream("/META-INF/redis-patterns/rate-limit/%s.lua".formatted(name))) {
			assertThat(in).isNotNull();
			return new String(in.readAllBytes(), StandardCharsets.UTF_8)
				.replaceAll("(redis\\.)?call\\('TIME'\\)", "{ ARGV[2], ARGV[3] }")
				.replaceAll("'PX', .*\\)", "'PX', 3600000)")
				.replaceAll("'PEXPIRE', key, .*\\)", "'PEXPIRE', key, 3600000)");
		}
	}

	/**
	 * What the script is asked, and when.
	 *
	 * @param limit the limit
	 * @param now milliseconds since {@link Limit#EPOCH}
	 */
	private record Question(Limit limit, long now) {

		byte[][] arguments() {
			ByteBuffer argument = ByteBuffer.allocate(this.limit.length());
			this.limit.write(argument, Limit.EPOCH.plusMillis(this.now), HotKeys.ofDefaults());
			assertThat(argument.hasRemaining()).isFalse();
			return OracleTests.arguments(argument.array(), this.now);
		}

		Decision decision(List<Long> model) {
			Duration retry = (model.get(2) < 0) ? Decision.NEVER : Duration.ofMillis(model.get(2));
			return new Decision(model.get(0) == 1, this.limit.policy(), model.get(1), retry,
					Duration.ofMillis(model.get(3)), Decision.Source.REDIS);
		}

	}

	/**
	 * What the model says.
	 *
	 * @param question to what
	 * @param expected whether it allows, what is left, the wait, and until nothing is
	 * taken
	 */
	private record Answer(Question question, List<Long> expected) {

	}

}
