package io.github.redispatterns.autoconfigure.gateway.endpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.autoconfigure.PatternReport;
import io.github.redispatterns.gateway.Capabilities;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * Actuator endpoint {@code redispatterns}: which patterns are on and how they are set,
 * how far they are, and which newer commands the server has.
 */
@Endpoint(id = "redispatterns")
public final class RedisPatternsEndpoint {

	private final RedisGateway gateway;

	private final List<PatternReport> patterns;

	RedisPatternsEndpoint(RedisGateway gateway, List<PatternReport> patterns) {
		this.gateway = gateway;
		this.patterns = patterns;
	}

	/**
	 * Describe what is there.
	 * @return the state now; the server is asked once for its commands
	 */
	@ReadOperation
	public Description describe() {
		Map<String, Pattern> described = new TreeMap<>();
		this.patterns.forEach((report) -> described.put(report.pattern(), Pattern.of(report)));
		return new Description(this.gateway.breaker().isOpen() ? "open" : "closed", commands(), described);
	}

	private @Nullable Set<String> commands() {
		try {
			return this.gateway.await(this.gateway.capabilities().thenApply(Capabilities::commands));
		}
		catch (RedisPatternsException ex) {
			return null;
		}
	}

	/**
	 * What is there.
	 *
	 * @param breaker {@code open} or {@code closed}
	 * @param capabilities the commands of the server that a pattern can use, or nothing
	 * while it does not answer
	 * @param patterns the patterns that are on, by name
	 */
	public record Description(String breaker, @Nullable Set<String> capabilities, Map<String, Pattern> patterns) {
	}

	/**
	 * One pattern.
	 *
	 * @param settings how it is set
	 * @param working whether it gets on with what it has to do
	 * @param progress what piles up or lags, by name
	 */
	public record Pattern(String settings, boolean working, Map<String, Object> progress) {

		private static Pattern of(PatternReport report) {
			PatternReport.Progress progress = report.progress().get();
			return new Pattern(report.settings(), progress.working(), new LinkedHashMap<>(progress.details()));
		}

	}

}
