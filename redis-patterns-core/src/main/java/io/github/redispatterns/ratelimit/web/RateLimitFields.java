package io.github.redispatterns.ratelimit.web;

import java.time.Duration;
import java.util.function.BiConsumer;

import io.github.redispatterns.ratelimit.Decision;

/**
 * The fields {@code RateLimit} and {@code RateLimit-Policy} of the IETF draft "RateLimit
 * header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers), in whole seconds.
 */
final class RateLimitFields {

	private RateLimitFields() {
	}

	static void write(Decision decision, BiConsumer<String, String> header) {
		String name = quote(decision.policy().name());
		header.accept("RateLimit-Policy", "%s;q=%d;w=%d".formatted(name, decision.policy().limit(),
				Math.max(1, seconds(decision.policy().period()))));
		header.accept("RateLimit", "%s;r=%d;t=%d".formatted(name, decision.remaining(), seconds(untilMore(decision))));
	}

	/**
	 * Time until there is more than now.
	 * @param decision a decision
	 * @return how long the next token takes, zero if nothing is missing
	 */
	private static Duration untilMore(Decision decision) {
		if (!decision.allowed() && !decision.retryAfter().equals(Decision.NEVER)) {
			return decision.retryAfter();
		}
		long missing = decision.policy().capacity() - decision.remaining();
		Duration others = decision.policy()
			.period()
			.multipliedBy(Math.max(0, missing - 1))
			.dividedBy(decision.policy().limit());
		Duration next = decision.resetAfter().minus(others);
		return next.isNegative() ? Duration.ZERO : next;
	}

	/**
	 * Time until a refused request may come again.
	 * @param decision a refusal that is not for ever
	 * @return whole seconds, rounded up, at least 1
	 */
	static long retryAfter(Decision decision) {
		return Math.max(1, seconds(decision.retryAfter()));
	}

	private static long seconds(Duration duration) {
		return duration.plusNanos(999_999_999).toSeconds();
	}

	private static String quote(String text) {
		return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
	}

}
