package io.github.redispatterns.ratelimit.web;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.redispatterns.ratelimit.Decision;
import io.github.redispatterns.ratelimit.Decisions;
import io.github.redispatterns.ratelimit.RateLimitAlgorithm;
import io.github.redispatterns.ratelimit.RateLimitExceededException;
import io.github.redispatterns.ratelimit.RateLimitPolicy;

/**
 * Tells clients what is left, in whole seconds, in one or both of two ways: the fields
 * {@code RateLimit-Policy} and {@code RateLimit} of the IETF draft "RateLimit header
 * fields for HTTP" (draft-ietf-httpapi-ratelimit-headers) list all policies that were
 * asked; {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset} tell of the
 * tightest.
 */
public final class RateLimitHeaders {

	/** The fields of the draft only. */
	public static final RateLimitHeaders IETF = new RateLimitHeaders(Style.IETF, LegacyReset.DELTA);

	private static final String DECISIONS = RateLimitHeaders.class.getName() + ".DECISIONS";

	/** The greatest integer of a structured field (RFC 9651, section 3.3.1). */
	private static final long GREATEST = 999_999_999_999_999L;

	private static final Set<RateLimitAlgorithm> BUCKETS = EnumSet.of(RateLimitAlgorithm.TOKEN_BUCKET,
			RateLimitAlgorithm.GCRA, RateLimitAlgorithm.LEAKY_BUCKET);

	private final Style style;

	private final LegacyReset reset;

	private final Clock clock;

	/**
	 * Create headers.
	 * @param style which fields to send
	 * @param reset what {@code X-RateLimit-Reset} means
	 */
	public RateLimitHeaders(Style style, LegacyReset reset) {
		this(style, reset, Clock.systemUTC());
	}

	RateLimitHeaders(Style style, LegacyReset reset, Clock clock) {
		this.style = style;
		this.reset = reset;
		this.clock = clock;
	}

	/**
	 * Write the fields, and refuse the request if a decision does.
	 * @param exchange the request
	 * @param decisions what was decided
	 * @throws RateLimitExceededException if it is refused
	 */
	void conclude(LimitedExchange exchange, List<Decision> decisions) {
		write(exchange, decisions);
		Decisions together = new Decisions(decisions);
		if (!together.allowed()) {
			throw new RateLimitExceededException(together);
		}
	}

	/**
	 * Write the fields, of these decisions and of those of the same request before; of a
	 * policy that counted by several keys the tightest.
	 * @param exchange the request
	 * @param latest the decisions
	 */
	void write(LimitedExchange exchange, List<Decision> latest) {
		Map<String, Decision> byPolicy = new LinkedHashMap<>();
		Stream.of(decisions(exchange), latest)
			.flatMap(List::stream)
			.forEach((decision) -> byPolicy.merge(decision.policy().name(), decision, RateLimitHeaders::tighter));
		List<Decision> all = List.copyOf(byPolicy.values());
		exchange.attribute(DECISIONS, all);
		if (all.isEmpty() || this.style == Style.NONE) {
			return;
		}
		if (this.style != Style.LEGACY) {
			exchange.responseHeader("RateLimit-Policy", list(all, RateLimitHeaders::policy));
			exchange.responseHeader("RateLimit", list(all, RateLimitHeaders::left));
		}
		if (this.style != Style.IETF) {
			Decision tightest = new Decisions(all).tightest();
			exchange.responseHeader("X-RateLimit-Limit", String.valueOf(tightest.limit()));
			exchange.responseHeader("X-RateLimit-Remaining", String.valueOf(tightest.remaining()));
			exchange.responseHeader("X-RateLimit-Reset", String.valueOf(reset(tightest)));
		}
	}

	/**
	 * Time until a refused request may come again.
	 * @param wait the exact time
	 * @return whole seconds, rounded up, at least 1
	 */
	static long retryAfter(Duration wait) {
		return Math.max(1, seconds(wait));
	}

	@SuppressWarnings("unchecked")
	private static List<Decision> decisions(LimitedExchange exchange) {
		return (exchange.attribute(DECISIONS) instanceof List<?> list) ? (List<Decision>) list : List.of();
	}

	private static Decision tighter(Decision one, Decision other) {
		return new Decisions(List.of(one, other)).tightest();
	}

	private long reset(Decision decision) {
		return switch (this.reset) {
			case DELTA -> seconds(decision.resetAfter());
			case EPOCH -> seconds(Duration.ofMillis(this.clock.millis()).plus(decision.resetAfter()));
		};
	}

	private static String list(List<Decision> decisions, Function<Decision, String> item) {
		return decisions.stream().map(item).collect(Collectors.joining(", "));
	}

	private static String policy(Decision decision) {
		RateLimitPolicy policy = decision.policy();
		String unit = (policy.algorithm() == RateLimitAlgorithm.CONCURRENCY) ? ";qu=\"concurrent-requests\""
				: ";w=" + Math.max(1, seconds(policy.period()));
		return "%s;q=%d%s".formatted(quote(policy.name()), Math.min(GREATEST, decision.limit()), unit);
	}

	private static String left(Decision decision) {
		return "%s;r=%d;t=%d".formatted(quote(decision.policy().name()), Math.min(GREATEST, decision.remaining()),
				seconds(untilMore(decision)));
	}

	/**
	 * Time until there is more than now: of a bucket the time to the next token, of
	 * anything else the time until all is available again, which is the latest it can be.
	 * @param decision a decision
	 * @return how long that takes, zero if nothing is missing
	 */
	private static Duration untilMore(Decision decision) {
		if (!decision.allowed() && !decision.retryAfter().equals(Decision.NEVER)) {
			return decision.retryAfter();
		}
		RateLimitPolicy policy = decision.policy();
		if (!isSingleBucket(policy)) {
			return decision.resetAfter();
		}
		long missing = policy.capacity() - decision.remaining();
		Duration others = policy.period().multipliedBy(Math.max(0, missing - 1)).dividedBy(policy.limit());
		Duration next = decision.resetAfter().minus(others);
		return next.isNegative() ? Duration.ZERO : next;
	}

	private static boolean isSingleBucket(RateLimitPolicy policy) {
		return policy.bandwidths().size() == 1 && BUCKETS.contains(policy.algorithm());
	}

	private static long seconds(Duration duration) {
		return duration.plusNanos(999_999_999).toSeconds();
	}

	/**
	 * A string of a structured field (RFC 9651, section 3.3.3), which is ASCII.
	 * @param text a text
	 * @return it in quotes, with what cannot stand there percent-encoded
	 */
	private static String quote(String text) {
		StringBuilder quoted = new StringBuilder("\"");
		text.codePoints().forEach((codePoint) -> {
			if (codePoint < ' ' || codePoint > '~') {
				quoted.append(String.format(Locale.ROOT, "%%%X", codePoint));
			}
			else {
				quoted.append((codePoint == '"' || codePoint == '\\') ? "\\" : "").appendCodePoint(codePoint);
			}
		});
		return quoted.append('"').toString();
	}

	/** Which fields tell what is left. */
	public enum Style {

		/** Those of the IETF draft. */
		IETF,

		/** Those beginning with {@code X-RateLimit}. */
		LEGACY,

		/** Both. */
		BOTH,

		/** None; {@code Retry-After} is sent all the same. */
		NONE

	}

	/** What {@code X-RateLimit-Reset} means. */
	public enum LegacyReset {

		/** Seconds from now. */
		DELTA,

		/** Seconds since 1970, by the clock of this node. */
		EPOCH

	}

}
