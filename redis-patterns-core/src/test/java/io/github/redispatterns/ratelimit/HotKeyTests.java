package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Few trips for many requests, and the same answers. */
@ExtendWith(RedisExtension.class)
class HotKeyTests {

	private static final HotKeys ASK_ALWAYS = new HotKeys(Duration.ZERO, Duration.ZERO);

	private static final Duration LEASE = Duration.ofHours(1);

	private static final RateLimitPolicy HUNDRED = RateLimitPolicy.tokenBucket("hundred", 100, Duration.ofDays(1));

	private final Redis redis;

	HotKeyTests(Redis redis) {
		this.redis = redis;
	}

	@Test
	void answersRequestsThatComeTogetherAsIfOneCameAfterTheOther() {
		RateLimiter together = node(ASK_ALWAYS);
		RateLimiter alone = node(ASK_ALWAYS);
		long[] costs = new Random(4).longs(60, 0, 9).toArray();
		List<Decision> expected = LongStream.of(costs).mapToObj((cost) -> alone.tryAcquire("alone", cost)).toList();
		List<CompletableFuture<Decision>> requests = LongStream.of(costs)
			.mapToObj((cost) -> together.tryAcquireAsync("together", cost).toCompletableFuture())
			.toList();
		assertThat(requests).map(CompletableFuture::join)
			.usingRecursiveFieldByFieldElementComparatorIgnoringFields("retryAfter", "resetAfter")
			.isEqualTo(expected);
	}

	@Test
	void sendsOneCallAtATime() {
		RateLimiter limiter = node(ASK_ALWAYS);
		limiter.tryAcquire("trips");
		Map<String, Long> commands = this.redis.commandsDuring(() -> {
			List<CompletableFuture<Decision>> requests = IntStream.range(0, 500)
				.mapToObj((i) -> limiter.tryAcquireAsync("trips", 0).toCompletableFuture())
				.toList();
			requests.forEach(CompletableFuture::join);
		});
		assertThat(commands.get("evalsha")).isLessThan(250);
	}

	@Test
	void refusesAgainWithoutATrip() {
		RateLimiter limiter = node(new HotKeys(Duration.ofMinutes(1), Duration.ZERO));
		limiter.tryAcquire("denied", 100);
		Decision first = limiter.tryAcquire("denied");
		assertThat(this.redis.commandsDuring(() -> {
			Decision again = limiter.tryAcquire("denied");
			assertThat(again.allowed()).isFalse();
			assertThat(again.retryAfter()).isPositive().isLessThanOrEqualTo(first.retryAfter());
		})).isEmpty();
	}

	@Test
	void asksAgainWhenTheRefusalIsOver() {
		RateLimitPolicy fast = RateLimitPolicy.tokenBucket("fast", 100, Duration.ofSeconds(1));
		RateLimiter limiter = node(fast, new HotKeys(Duration.ofMinutes(1), Duration.ZERO));
		assertThat(limiter.tryAcquire("fast", 100).allowed()).isTrue();
		assertThat(limiter.tryAcquire("fast", 100).allowed()).isFalse();
		Awaitility.await().until(() -> limiter.tryAcquire("fast", 100).allowed());
	}

	@Test
	void forgetsARefusalWhenSomethingIsGivenBack() {
		RateLimiter limiter = node(new HotKeys(Duration.ofMinutes(1), Duration.ZERO));
		limiter.tryAcquire("refunded", 100);
		assertThat(limiter.tryAcquire("refunded").allowed()).isFalse();
		limiter.refund("refunded", 10);
		assertThat(limiter.tryAcquire("refunded").allowed()).isTrue();
		limiter.tryAcquire("refunded", 9);
		assertThat(limiter.tryAcquire("refunded").allowed()).isFalse();
		limiter.reset("refunded");
		assertThat(limiter.tryAcquire("refunded").allowed()).isTrue();
	}

	@Test
	void spendsByItselfWhatItHasLeased() {
		RateLimiter limiter = node(HotKeys.ofDefaults().withLease(LEASE));
		IntStream.range(0, 3).forEach((i) -> limiter.tryAcquire("leased"));
		assertThat(this.redis.commandsDuring(() -> assertThat(limiter.tryAcquire("leased").allowed()).isTrue()))
			.isEmpty();
	}

	@Test
	void leasesNothingForAKeyThatIsAskedForOnce() {
		node(HotKeys.ofDefaults().withLease(LEASE)).tryAcquire("once");
		assertThat(node(ASK_ALWAYS).peek("once").remaining()).isEqualTo(99);
	}

	@Test
	void givesBackWhatItHasNotSpentWhenItStops() {
		RateLimiters node = new RateLimiters(this.redis.gateway(), this.redis.keys(), List.of(HUNDRED),
				(policy, key) -> policy, HotKeys.ofDefaults().withLease(LEASE));
		IntStream.range(0, 3).forEach((i) -> node.get("hundred").tryAcquire("stopped"));
		assertThat(node(ASK_ALWAYS).peek("stopped").remaining()).isLessThan(97);
		node.stop();
		assertThat(node(ASK_ALWAYS).peek("stopped").remaining()).isBetween(96L, 97L);
	}

	@Test
	void leavesMostOfWhatIsLeftToOthers() {
		RateLimiter limiter = node(HotKeys.ofDefaults().withLease(LEASE));
		long before = 100;
		for (int i = 0; i < 20; i++) {
			limiter.tryAcquire("shared");
			long left = node(ASK_ALWAYS).peek("shared").remaining();
			assertThat(left).isGreaterThanOrEqualTo(before * 3 / 4 - 2);
			before = left;
		}
	}

	@Test
	void leasesTheBucketsThatALeaseFits() {
		RateLimitPolicy paced = RateLimitPolicy.of("paced", RateLimitAlgorithm.LEAKY_BUCKET,
				new Bandwidth(1, Duration.ofHours(1), 1));
		RateLimiters node = new RateLimiters(this.redis.gateway(), this.redis.keys(), List.of(HUNDRED, paced),
				(policy, key) -> policy, HotKeys.ofDefaults().withLease(LEASE));
		IntStream.range(0, 3).forEach((i) -> node.get("hundred").tryAcquire("beside"));
		assertThat(node.get("hundred").tryAcquire("beside").source()).isEqualTo(Decision.Source.LEASE);
		assertThat(node.get("paced").tryAcquire("beside").allowed()).isTrue();
		assertThat(node.get("paced").tryAcquire("beside").allowed()).isFalse();
	}

	@Test
	void leasesAsAPolicySays() {
		RateLimiter none = node(HUNDRED.withLease(Duration.ZERO), HotKeys.ofDefaults().withLease(LEASE));
		IntStream.range(0, 3).forEach((i) -> none.tryAcquire("none"));
		assertThat(none.tryAcquire("none")).extracting(Decision::source, Decision::remaining)
			.containsExactly(Decision.Source.REDIS, 96L);
		RateLimiter own = node(HUNDRED.withLease(LEASE), HotKeys.ofDefaults());
		IntStream.range(0, 3).forEach((i) -> own.tryAcquire("own"));
		assertThat(own.tryAcquire("own").source()).isEqualTo(Decision.Source.LEASE);
	}

	@Test
	void refusesALeaseInWhichTheBurstIsRefilled() {
		RateLimitPolicy policy = HUNDRED.withLease(Duration.ofDays(1));
		assertThatIllegalArgumentException().isThrownBy(() -> node(policy, HotKeys.ofDefaults()))
			.withMessageContainingAll("hundred", "PT24H", "burst of 100");
	}

	private RateLimiter node(HotKeys hotKeys) {
		return node(HUNDRED, hotKeys);
	}

	private RateLimiter node(RateLimitPolicy policy, HotKeys hotKeys) {
		return new RateLimiters(this.redis.gateway(), this.redis.keys(), List.of(policy), (same, key) -> same, hotKeys)
			.get(policy.name());
	}

}
