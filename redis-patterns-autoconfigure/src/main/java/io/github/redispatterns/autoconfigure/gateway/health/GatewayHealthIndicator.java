package io.github.redispatterns.autoconfigure.gateway.health;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * Up while a {@code PING} is answered within the deadline and all patterns make progress;
 * nothing but that command is sent. Details: how long it took, whether the breaker is
 * open, and what piles up in the patterns.
 */
final class GatewayHealthIndicator extends AbstractHealthIndicator {

	private final RedisGateway gateway;

	private final List<PatternReport> patterns;

	GatewayHealthIndicator(RedisGateway gateway, List<PatternReport> patterns) {
		super("Redis does not answer");
		this.gateway = gateway;
		this.patterns = patterns;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.withDetail("breaker", this.gateway.breaker().isOpen() ? "open" : "closed");
		List<String> stuck = this.patterns.stream()
			.filter((pattern) -> !describe(pattern, builder))
			.map(PatternReport::pattern)
			.toList();
		long start = System.nanoTime();
		this.gateway.await(this.gateway.ping());
		builder.withDetail("pingMicros", TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start))
			.status(stuck.isEmpty() ? Status.UP : Status.DOWN);
	}

	private static boolean describe(PatternReport pattern, Health.Builder builder) {
		PatternReport.Progress progress = pattern.progress().get();
		if (progress != PatternReport.Progress.IDLE) {
			builder.withDetail(pattern.pattern(),
					Map.of("working", progress.working(), "progress", progress.details()));
		}
		return progress.working();
	}

}
