package io.github.redispatterns.ratelimit.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.redispatterns.ratelimit.Bandwidth;
import io.github.redispatterns.ratelimit.Decision;
import io.github.redispatterns.ratelimit.RateLimitAlgorithm;
import io.github.redispatterns.ratelimit.RateLimitExceededException;
import io.github.redispatterns.ratelimit.RateLimitPolicy;
import io.github.redispatterns.ratelimit.web.RateLimitHeaders.LegacyReset;
import io.github.redispatterns.ratelimit.web.RateLimitHeaders.Style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RateLimitHeadersTests {

	private static final RateLimitPolicy TEN = RateLimitPolicy.tokenBucket("ten", 10, Duration.ofMinutes(1));

	private static final RateLimitPolicy WINDOW = RateLimitPolicy.of("window", RateLimitAlgorithm.FIXED_WINDOW,
			Bandwidth.of(100, Duration.ofHours(1)));

	private final StubRequest exchange = StubRequest.from("192.0.2.7");

	@Test
	void listsAllPolicies() {
		RateLimitHeaders.IETF.write(this.exchange, List.of(allowed(TEN, 7, 18), allowed(WINDOW, 99, 1200)));
		assertThat(policies())
			.isEqualTo(Map.of("ten", Map.of("q", 10L, "w", 60L), "window", Map.of("q", 100L, "w", 3600L)));
		assertThat(left()).isEqualTo(Map.of("ten", Map.of("r", 7L, "t", 6L), "window", Map.of("r", 99L, "t", 1200L)));
		assertThat(this.exchange.answered()).hasSize(2);
	}

	@Test
	void keepsWhatWasDecidedBefore() {
		Decision first = allowed(TEN, 7, 18);
		RateLimitHeaders.IETF.write(this.exchange, List.of(first));
		RateLimitHeaders.IETF.write(this.exchange, List.of(allowed(WINDOW, 99, 1200), first));
		assertThat(left()).containsOnlyKeys("ten", "window");
		assertThat(this.exchange.answered()).containsEntry("RateLimit", "\"ten\";r=7;t=6, \"window\";r=99;t=1200");
	}

	@Test
	void tellsOfAPolicyOnceAndTheTighter() {
		RateLimitHeaders.IETF.write(this.exchange, List.of(allowed(TEN, 3, 42), allowed(TEN, 7, 18)));
		RateLimitHeaders.IETF.write(this.exchange, List.of(allowed(TEN, 5, 30)));
		assertThat(left()).isEqualTo(Map.of("ten", Map.of("r", 3L, "t", 6L)));
	}

	@ParameterizedTest
	@CsvSource({ "IETF, 2", "LEGACY, 3", "BOTH, 5", "NONE, 0" })
	void writesTheFieldsAskedFor(Style style, int fields) {
		new RateLimitHeaders(style, LegacyReset.DELTA).write(this.exchange, List.of(allowed(TEN, 7, 18)));
		assertThat(this.exchange.answered()).hasSize(fields);
	}

	@Test
	void tellsOldClientsOfTheTightest() {
		new RateLimitHeaders(Style.LEGACY, LegacyReset.DELTA).write(this.exchange,
				List.of(allowed(WINDOW, 99, 1200), allowed(TEN, 7, 18)));
		assertThat(this.exchange.answered())
			.isEqualTo(Map.of("X-RateLimit-Limit", "10", "X-RateLimit-Remaining", "7", "X-RateLimit-Reset", "18"));
	}

	@Test
	void tellsTheTimeOfDayIfAskedTo() {
		Clock clock = Clock.fixed(Instant.ofEpochMilli(1_000_000_500), ZoneOffset.UTC);
		new RateLimitHeaders(Style.LEGACY, LegacyReset.EPOCH, clock).write(this.exchange, List.of(allowed(TEN, 7, 18)));
		assertThat(this.exchange.answered()).containsEntry("X-RateLimit-Reset", "1000019");
	}

	@Test
	void refusesAndSaysWhenToComeAgain() {
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> RateLimitHeaders.IETF.conclude(this.exchange,
					List.of(allowed(WINDOW, 9, 9), refused(TEN, Duration.ofMillis(1001)))))
			.satisfies((ex) -> assertThat(ex.decision().policy()).isEqualTo(TEN));
		assertThat(left()).containsEntry("ten", Map.of("r", 0L, "t", 2L));
	}

	@ParameterizedTest
	@CsvSource({ "0, 1", "1, 1", "1000, 1", "1001, 2", "59999, 60" })
	void roundsUpAndNeverSaysNow(long millis, long seconds) {
		assertThat(RateLimitHeaders.retryAfter(Duration.ofMillis(millis))).isEqualTo(seconds);
	}

	@Test
	void staysWithinWhatStructuredFieldsAllow() {
		RateLimitPolicy odd = RateLimitPolicy.tokenBucket("o\"d\\d ü\r\nX: y", 1L << 51, Duration.ofMillis(1));
		RateLimitHeaders.IETF.write(this.exchange, List.of(allowed(odd, 1L << 51, 0)));
		assertThat(policies()).isEqualTo(Map.of("o\"d\\d %FC%D%AX: y", Map.of("q", 999_999_999_999_999L, "w", 1L)));
		assertThat(left()).hasSize(1);
	}

	@Test
	void namesTheUnitOfConcurrency() {
		RateLimitPolicy three = RateLimitPolicy.of("three", RateLimitAlgorithm.CONCURRENCY,
				Bandwidth.of(3, Duration.ofSeconds(30)));
		RateLimitHeaders.IETF.write(this.exchange, List.of(allowed(three, 2, 30)));
		assertThat(policies()).isEqualTo(Map.of("three", Map.of("q", 3L, "qu", "concurrent-requests")));
	}

	private Map<String, Map<String, Object>> policies() {
		return StructuredFields.list(List.of(this.exchange.answered().getOrDefault("RateLimit-Policy", "")));
	}

	private Map<String, Map<String, Object>> left() {
		return StructuredFields.list(List.of(this.exchange.answered().getOrDefault("RateLimit", "")));
	}

	private static Decision allowed(RateLimitPolicy policy, long remaining, long resetSeconds) {
		return new Decision(true, policy, remaining, Duration.ZERO, Duration.ofSeconds(resetSeconds),
				Decision.Source.REDIS);
	}

	private static Decision refused(RateLimitPolicy policy, Duration retryAfter) {
		return new Decision(false, policy, 0, retryAfter, Duration.ofMinutes(1), Decision.Source.REDIS);
	}

}
