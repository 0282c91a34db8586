package io.github.redispatterns.ratelimit;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeniedKeysTests {

	private static final RateLimitPolicy POLICY = RateLimitPolicy.tokenBucket("ten", 10, Duration.ofHours(1));

	private static final Duration RETRY = Duration.ofMinutes(5);

	private final DeniedKeys denied = new DeniedKeys(Duration.ofMinutes(1));

	@Test
	void repeatsARefusalWithTheTimeThatIsLeft() {
		this.denied.remember("a", 2, refusal(RETRY), System.nanoTime());
		assertThat(this.denied.find("a", 2)).satisfies((decision) -> {
			assertThat(decision.allowed()).isFalse();
			assertThat(decision.remaining()).isEqualTo(1);
			assertThat(decision.retryAfter()).isPositive().isLessThan(RETRY);
			assertThat(decision.resetAfter()).isGreaterThan(decision.retryAfter());
		});
	}

	@Test
	void knowsNothingOfOtherKeysAndCosts() {
		this.denied.remember("a", 2, refusal(RETRY), System.nanoTime());
		assertThat(this.denied.find("b", 2)).isNull();
		assertThat(this.denied.find("a", 1)).isNull();
		assertThat(this.denied.find("a", 3)).isNull();
	}

	@Test
	void remembersOnlyRefusalsThatPass() {
		this.denied.remember("a", 1, new Decision(true, POLICY, 1, Duration.ZERO, RETRY, Decision.Source.REDIS),
				System.nanoTime());
		this.denied.remember("b", 11, refusal(Decision.NEVER), System.nanoTime());
		assertThat(this.denied.find("a", 1)).isNull();
		assertThat(this.denied.find("b", 11)).isNull();
	}

	@Test
	void repeatsARefusalForCenturies() {
		this.denied.remember("a", 1, refusal(Duration.ofDays(1_000_000)), System.nanoTime());
		assertThat(this.denied.find("a", 1)).isNotNull();
	}

	@Test
	void countsFromWhenItWasAsked() {
		this.denied.remember("a", 1, refusal(RETRY), System.nanoTime() - RETRY.toNanos());
		assertThat(this.denied.find("a", 1)).isNull();
	}

	@Test
	void trustsARefusalForAWhileOnly() {
		DeniedKeys wary = new DeniedKeys(Duration.ofMillis(20));
		wary.remember("a", 1, refusal(RETRY), System.nanoTime());
		Awaitility.await().until(() -> wary.find("a", 1) == null);
	}

	@Test
	void forgets() {
		this.denied.remember("a", 1, refusal(RETRY), System.nanoTime());
		this.denied.remember("b", 1, refusal(RETRY), System.nanoTime());
		this.denied.forget("a");
		assertThat(this.denied.find("a", 1)).isNull();
		assertThat(this.denied.find("b", 1)).isNotNull();
		this.denied.forgetAll();
		assertThat(this.denied.find("b", 1)).isNull();
	}

	@Test
	void doesNotRememberWhatWasAskedBeforeItForgot() {
		long asked = System.nanoTime();
		this.denied.forget("a");
		this.denied.remember("a", 1, refusal(RETRY), asked);
		assertThat(this.denied.find("a", 1)).isNull();
		this.denied.remember("a", 1, refusal(RETRY), System.nanoTime());
		assertThat(this.denied.find("a", 1)).isNotNull();
		this.denied.forgetAll();
		this.denied.remember("a", 1, refusal(RETRY), asked);
		assertThat(this.denied.find("a", 1)).isNull();
	}

	private static Decision refusal(Duration retryAfter) {
		return new Decision(false, POLICY, 1, retryAfter, RETRY.plusMinutes(1), Decision.Source.REDIS);
	}

}
