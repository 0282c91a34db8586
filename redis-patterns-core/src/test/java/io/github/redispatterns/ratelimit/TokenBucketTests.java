package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@ExtendWith(RedisExtension.class)
class TokenBucketTests {

	private final Redis redis;

	private final RateLimiters limiters;

	TokenBucketTests(Redis redis) {
		this.redis = redis;
		this.limiters = new RateLimiters(redis.gateway(), redis.keys(),
				List.of(RateLimitPolicy.tokenBucket("ten", 10, Duration.ofDays(1)),
						new RateLimitPolicy("burst", RateLimitAlgorithm.TOKEN_BUCKET, 10, Duration.ofDays(1), 3)),
				OnRedisFailure.CLOSED);
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
		String before = this.redis.commands().get(key("ten", "refused"));
		assertThat(limiter.tryAcquire("refused").allowed()).isFalse();
		assertThat(this.redis.commands().get(key("ten", "refused"))).isEqualTo(before);
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
			.withMessageContaining("[burst, ten]");
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
			.withMessageContaining("huge")
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

	private RateLimiters limiters(RedisGateway gateway, OnRedisFailure mode) {
		return new RateLimiters(gateway, this.redis.keys(),
				List.of(RateLimitPolicy.tokenBucket("ten", 10, Duration.ofDays(1))), mode);
	}

	private String key(String policy, String key) {
		return this.redis.keys().key(policy, key);
	}

}
