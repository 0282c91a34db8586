package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

@ExtendWith(RedisExtension.class)
class RateLimiterTests {

	private final Redis redis;

	private final RateLimiters limiters;

	RateLimiterTests(Redis redis) {
		this.redis = redis;
		this.limiters = new RateLimiters(redis.gateway(), redis.keys(), List.of(
				RateLimitPolicy.tokenBucket("ten", 10, Duration.ofDays(1)),
				RateLimitPolicy.of("burst", RateLimitAlgorithm.TOKEN_BUCKET, new Bandwidth(10, Duration.ofDays(1), 3)),
				RateLimitPolicy.of("shaper", RateLimitAlgorithm.LEAKY_BUCKET,
						new Bandwidth(100, Duration.ofSeconds(2), 1)),
				RateLimitPolicy.of("log", RateLimitAlgorithm.SLIDING_LOG, Bandwidth.of(3, Duration.ofMillis(300))),
				RateLimitPolicy.calendarWindow("daily", 5,
						new CalendarPeriod(ChronoUnit.DAYS, ZoneId.of("Europe/Berlin"))),
				RateLimitPolicy.of("at-once", RateLimitAlgorithm.CONCURRENCY,
						Bandwidth.of(2, Duration.ofSeconds(30)))));
	}

	@Test
	void allowsTheBurstAndThenNoMore() {
		RateLimiter limiter = this.limiters.get("burst");
		assertThat(IntStream.range(0, 5).mapToObj((i) -> limiter.tryAcquire("alice").allowed())).containsExactly(true,
				true, true, false, false);
	}

	@Test
	void saysWhatIsLeftAndWhenToComeBack() {
		RateLimiter limiter = this.limiters.get("ten");
		assertThat(limiter.tryAcquire("left", 4)).satisfies((decision) -> {
			assertThat(decision.remaining()).isEqualTo(6);
			assertThat(decision.retryAfter()).isZero();
			assertThat(decision.resetAfter()).isEqualTo(Duration.ofDays(1).multipliedBy(4).dividedBy(10));
		});
		assertThat(limiter.tryAcquire("left", 7).retryAfter()).isPositive()
			.isLessThanOrEqualTo(Duration.ofDays(1).dividedBy(10));
	}

	@Test
	void leavesTheKeyAloneWhenItRefuses() {
		RateLimiter limiter = this.limiters.get("ten");
		limiter.tryAcquire("refused", 10);
		byte[] before = this.redis.commands().dump(key("ten", "refused"));
		long expires = this.redis.commands().pexpiretime(key("ten", "refused"));
		assertThat(limiter.tryAcquire("refused").allowed()).isFalse();
		assertThat(this.redis.commands().dump(key("ten", "refused"))).isEqualTo(before);
		assertThat(this.redis.commands().pexpiretime(key("ten", "refused"))).isEqualTo(expires);
	}

	@Test
	void looksWithoutTaking() {
		RateLimiter limiter = this.limiters.get("ten");
		assertThat(limiter.peek("looked")).satisfies((decision) -> {
			assertThat(decision.allowed()).isTrue();
			assertThat(decision.remaining()).isEqualTo(10);
		});
		assertThat(this.redis.commands().exists(key("ten", "looked"))).isZero();
	}

	@Test
	void saysThatACostAboveTheBurstNeverFits() {
		assertThat(this.limiters.get("burst").tryAcquire("never", 4)).satisfies((decision) -> {
			assertThat(decision.allowed()).isFalse();
			assertThat(decision.retryAfter()).isEqualTo(Decision.NEVER);
			assertThat(decision.remaining()).isEqualTo(3);
		});
	}

	@Test
	void expiresWhenTheBucketIsFullAgain() {
		this.limiters.get("ten").tryAcquire("expires");
		assertThat(this.redis.commands().pttl(key("ten", "expires"))).isPositive()
			.isLessThanOrEqualTo(Duration.ofDays(1).dividedBy(10).toMillis());
	}

	@Test
	void isOneCommandADecision() {
		this.limiters.get("ten").tryAcquire("commands");
		assertThat(this.redis.commandsDuring(() -> this.limiters.get("ten").tryAcquire("commands")))
			.containsEntry("evalsha", 1L)
			.containsOnlyKeys("evalsha", "time", "get", "set");
	}

	@Test
	void allowsNoMoreThanTheBurstToManyAtOnce() {
		RateLimiter limiter = this.limiters.get("ten");
		List<CompletionStage<Decision>> decisions = IntStream.range(0, 500)
			.parallel()
			.mapToObj((i) -> limiter.tryAcquireAsync("crowd", 1))
			.toList();
		assertThat(decisions).map((decision) -> decision.toCompletableFuture().join())
			.filteredOn(Decision::allowed)
			.hasSize(10);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "*", "a\nb", "}{" })
	void countsStrangeKeysToo(String key) {
		assertThat(this.limiters.get("ten").tryAcquire(key).remaining()).isEqualTo(9);
	}

	@Test
	void namesThePoliciesThereAre() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiters.get("nine"))
			.withMessageContaining("'nine'")
			.withMessageContaining("[at-once, burst, daily, log, shaper, ten]");
	}

	@Test
	void refusesANegativeCost() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.limiters.get("ten").tryAcquire("a", -1))
			.withMessageContaining("-1");
	}

	@Test
	void refusesWhatCannotBeCountedExactly() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> RateLimitPolicy.tokenBucket("huge", 1L << 40, Duration.ofDays(365)))
			.withMessageContaining("shorter period");
	}

	@Test
	void saysWhatItIsToldToWhileRedisIsDown() {
		try (Timers timers = new Timers()) {
			RedisGateway nowhere = new RedisGateway(Redis.connect("127.0.0.1", 1), Duration.ofSeconds(5), timers);
			RateLimiter open = limiters(nowhere, OnRedisFailure.OPEN).get("ten");
			RateLimiter closed = limiters(nowhere, OnRedisFailure.CLOSED).get("ten");
			assertThat(open.tryAcquire("down").allowed()).isTrue();
			assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(() -> closed.tryAcquire("down"));
		}
	}

	@Test
	void decidesWithinItsShareWhileRedisIsDown() {
		try (Timers timers = new Timers()) {
			RedisGateway nowhere = new RedisGateway(Redis.connect("127.0.0.1", 1), Duration.ofSeconds(5), timers);
			RateLimiter local = limiters(nowhere, OnRedisFailure.LOCAL).get("ten");
			List<Decision> decisions = IntStream.range(0, 20).mapToObj((i) -> local.tryAcquire("down")).toList();
			assertThat(decisions).filteredOn(Decision::allowed).hasSize(5);
			assertThat(decisions).allMatch((decision) -> decision.source() == Decision.Source.LOCAL);
			assertThat(decisions.get(19).retryAfter()).isBetween(Duration.ofHours(4), Duration.ofHours(5));
		}
	}

	@Test
	void takesFromAllLimitsOrFromNone() {
		List<RateLimitRequest> both = List.of(new RateLimitRequest("ten", "both", 1),
				new RateLimitRequest("burst", "both", 2));
		assertThat(this.limiters.tryAcquire(both).allowed()).isTrue();
		Decisions refused = this.limiters.tryAcquire(both);
		assertThat(refused.allowed()).isFalse();
		assertThat(refused.tightest().policy().name()).isEqualTo("burst");
		assertThat(refused.all()).extracting(Decision::remaining).containsExactly(9L, 1L);
		assertThat(refused.all().get(0).resetAfter()).as("of what is taken, not of what was refused")
			.isLessThanOrEqualTo(Duration.ofDays(1).dividedBy(10));
		assertThat(this.limiters.get("ten").peek("both").remaining()).isEqualTo(9);
		assertThat(this.redis.commandsDuring(() -> this.limiters.tryAcquire(both))).containsEntry("evalsha", 1L);
	}

	@Test
	void givesBackAndForgets() {
		RateLimiter limiter = this.limiters.get("ten");
		limiter.tryAcquire("refund", 10);
		assertThat(limiter.refund("refund", 4).remaining()).isEqualTo(4);
		assertThat(limiter.refund("refund", 100).remaining()).isEqualTo(10);
		assertThat(this.redis.commands().exists(key("ten", "refund"))).isZero();
		limiter.tryAcquire("refund", 10);
		assertThat(limiter.reset("refund")).isTrue();
		assertThat(limiter.reset("refund")).isFalse();
		assertThat(limiter.peek("refund").remaining()).isEqualTo(10);
	}

	@Test
	void takesTheSumOfWhatIsAskedOfOneCount() {
		RateLimitRequest four = new RateLimitRequest("ten", "twice", 4);
		assertThat(this.limiters.tryAcquire(List.of(four, four)).all()).map(Decision::remaining)
			.containsExactly(2L, 2L);
		assertThat(this.limiters.tryAcquire(List.of(four, new RateLimitRequest("ten", "other", 1))).allowed())
			.isFalse();
		assertThat(this.limiters.get("ten").peek("twice").remaining()).isEqualTo(2);
	}

	@Test
	void letsThoseWhoWaitGoOnInTheirOrder() {
		RateLimiter limiter = this.limiters.get("shaper");
		long start = System.nanoTime();
		List<CompletableFuture<Decision>> turns = IntStream.range(0, 6)
			.mapToObj((i) -> limiter.acquireAsync("queue", 1, Duration.ofSeconds(30)))
			.toList();
		assertThat(turns).map((turn) -> turn.join().retryAfter()).isSorted();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(5 * 20 - 1));
		assertThat(limiter.acquire("queue", 2, Duration.ofSeconds(30)).retryAfter()).as("more than ever fits")
			.isEqualTo(Decision.NEVER);
		IntStream.range(0, 100).forEach((i) -> limiter.acquireAsync("queue", 1, Duration.ofSeconds(30)));
		assertThat(limiter.acquire("queue", 1, Duration.ZERO).allowed()).as("without its turn").isFalse();
	}

	@Test
	void givesTheTurnOfThoseWhoLeaveToOthers() {
		RateLimiter limiter = this.limiters.get("shaper");
		List<CompletableFuture<Decision>> turns = IntStream.range(0, 50)
			.mapToObj((i) -> limiter.acquireAsync("leaving", 1, Duration.ofSeconds(30)))
			.toList();
		Awaitility.await().until(() -> turns.get(0).isDone());
		turns.subList(1, 50).forEach((turn) -> turn.cancel(false));
		Awaitility.await().until(() -> limiter.peek("leaving").resetAfter().compareTo(Duration.ofMillis(100)) < 0);
	}

	@Test
	void comesAgainWhenItIsTold() {
		RateLimiter limiter = this.limiters.get("log");
		assertThat(limiter.tryAcquire("again", 3).allowed()).isTrue();
		assertThat(limiter.acquire("again", 3, Duration.ofSeconds(30)).allowed()).isTrue();
		assertThat(limiter.acquire("again", 4, Duration.ofSeconds(Long.MAX_VALUE)).retryAfter())
			.isEqualTo(Decision.NEVER);
	}

	@Test
	void beginsAnewAtMidnight() {
		Decision decision = this.limiters.get("daily").tryAcquire("calendar", 5);
		assertThat(decision.allowed()).isTrue();
		Instant midnight = LocalDate.now(ZoneId.of("Europe/Berlin"))
			.plusDays(1)
			.atStartOfDay(ZoneId.of("Europe/Berlin"))
			.toInstant();
		assertThat(Instant.now().plus(decision.resetAfter())).isCloseTo(midnight, within(30, ChronoUnit.SECONDS));
	}

	@Test
	void letsSoManyWorkAtTheSameTime() {
		RateLimiter limiter = this.limiters.get("at-once");
		try (Permit first = limiter.enter("work"); Permit second = limiter.enter("work")) {
			assertThat(first.decision().allowed()).isTrue();
			assertThat(second.decision().remaining()).isZero();
			try (Permit third = limiter.enter("work")) {
				assertThat(third.decision().allowed()).isFalse();
				assertThat(third.decision().retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
			}
		}
		Awaitility.await().until(() -> limiter.peek("work").remaining() == 2);
		assertThatIllegalStateException().isThrownBy(() -> limiter.tryAcquire("work"))
			.withMessageContaining("use enter");
		assertThatIllegalStateException().isThrownBy(() -> this.limiters.get("ten").enter("a"))
			.withMessageContaining("use tryAcquire");
	}

	@Test
	void changesALimitForAllNodesAndKeepsWhatWasTaken() {
		RateLimiters other = limiters(this.redis.gateway(), OnRedisFailure.CLOSED);
		other.start();
		this.limiters.get("ten").tryAcquire("changed", 10);
		this.redis.gateway().await(this.limiters.change("ten", 20, 30));
		assertThat(this.limiters.get("ten").peek("changed").remaining()).isEqualTo(20);
		Awaitility.await().until(() -> other.get("ten").policy().limit() == 20);
		this.redis.gateway().await(this.limiters.restore("ten"));
		assertThat(this.limiters.get("ten").peek("changed").remaining()).isZero();
		other.stop();
	}

	@Test
	void allowsEachWhatItsPlanSays() {
		RateLimiters plans = new RateLimiters(this.redis.gateway(), this.redis.keys(),
				List.of(RateLimitPolicy.tokenBucket("plan", 10, Duration.ofDays(1))),
				(policy, key) -> key.startsWith("gold") ? policy.withLimit(100, 100) : policy, HotKeys.ofDefaults());
		assertThat(plans.get("plan").peek("gold-1").remaining()).isEqualTo(100);
		assertThat(plans.get("plan").peek("basic-1").remaining()).isEqualTo(10);
	}

	@Test
	void needsLittleMemory() {
		new RateLimiters(this.redis.gateway(), KeySpace.of("b"),
				List.of(RateLimitPolicy.tokenBucket("p", 10, Duration.ofMinutes(1))))
			.get("p")
			.tryAcquire("1");
		// Allocators round up in different steps: the C library's to 16n + 8.
		boolean jemalloc = this.redis.commands().info("memory").contains("mem_allocator:jemalloc");
		assertThat(this.redis.commands().memoryUsage("b:p:t1m:{1}")).as("bytes of a bucket")
			.isLessThanOrEqualTo(jemalloc ? 80 : 88);
	}

	private RateLimiters limiters(RedisGateway gateway, OnRedisFailure mode) {
		return new RateLimiters(gateway, this.redis.keys(),
				List.of(RateLimitPolicy.tokenBucket("ten", 10, Duration.ofDays(1)).withFailure(mode, 0.5)));
	}

	private String key(String policy, String key) {
		return this.redis.keys().child(policy).child("t1d").key(key);
	}

}
