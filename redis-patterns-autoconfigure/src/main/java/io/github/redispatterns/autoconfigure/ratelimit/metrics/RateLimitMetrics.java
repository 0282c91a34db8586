package io.github.redispatterns.autoconfigure.ratelimit.metrics;

import java.util.Locale;
import java.util.function.ToIntFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.github.redispatterns.ratelimit.Decision;
import io.github.redispatterns.ratelimit.RateLimitStatus;
import io.github.redispatterns.ratelimit.RateLimiters;

/**
 * Counts decisions by policy, outcome and who decided, and what this node remembers.
 * Policies are those that are configured, so there are as many meters in an hour as at
 * the start.
 */
final class RateLimitMetrics implements MeterBinder {

	private static final String PREFIX = "redis.patterns.rate-limit.";

	private final RateLimiters limiters;

	RateLimitMetrics(RateLimiters limiters) {
		this.limiters = limiters;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (String policy : this.limiters.names()) {
			for (Decision.Source source : Decision.Source.values()) {
				count(registry, policy, true, source);
				count(registry, policy, false, source);
			}
			gauge(registry, "leases", policy, RateLimitStatus::leases);
			gauge(registry, "calls", policy, RateLimitStatus::calls);
		}
		Gauge.builder(PREFIX + "local.keys", this.limiters, RateLimiters::localKeys)
			.description("Keys on which this node decides alone because Redis does not answer")
			.register(registry);
	}

	private void count(MeterRegistry registry, String policy, boolean allowed, Decision.Source source) {
		FunctionCounter
			.builder(PREFIX + "decisions", this.limiters, (present) -> present.decisions(policy, allowed, source))
			.description("Decisions by policy, outcome and who decided")
			.tag("name", policy)
			.tag("outcome", allowed ? "allowed" : "refused")
			.tag("source", source.name().toLowerCase(Locale.ROOT))
			.register(registry);
	}

	private void gauge(MeterRegistry registry, String name, String policy, ToIntFunction<RateLimitStatus> value) {
		Gauge.builder(PREFIX + name, this.limiters, (present) -> value.applyAsInt(present.status(policy)))
			.tag("name", policy)
			.register(registry);
	}

}
