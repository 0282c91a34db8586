package io.github.redispatterns.autoconfigure.ratelimit.endpoint;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;

import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.ratelimit.Bandwidth;
import io.github.redispatterns.ratelimit.CalendarPeriod;
import io.github.redispatterns.ratelimit.Decision;
import io.github.redispatterns.ratelimit.RateLimitAlgorithm;
import io.github.redispatterns.ratelimit.RateLimitPolicy;
import io.github.redispatterns.ratelimit.RateLimitStatus;
import io.github.redispatterns.ratelimit.RateLimiters;

/**
 * Actuator endpoint {@code ratelimits}: the policies in force and what this node decided
 * by them; what is left of one for somebody, counted over all nodes; and a way to forget
 * what somebody took.
 */
@Endpoint(id = "ratelimits")
public final class RateLimitsEndpoint {

	private final RateLimiters limiters;

	RateLimitsEndpoint(RateLimiters limiters) {
		this.limiters = limiters;
	}

	/**
	 * The policies in force.
	 * @return by name
	 */
	@ReadOperation
	public Map<String, Policy> policies() {
		return this.limiters.status()
			.stream()
			.collect(Collectors.toMap((status) -> status.policy().name(), this::policy));
	}

	private Policy policy(RateLimitStatus status) {
		RateLimitPolicy policy = status.policy();
		return new Policy(policy.algorithm(), policy.bandwidths(), policy.calendar(), policy.onRedisFailure(),
				status.changed(), status.leases(), counts(policy.name(), true), counts(policy.name(), false));
	}

	private Map<Decision.Source, Long> counts(String policy, boolean allowed) {
		return Arrays.stream(Decision.Source.values())
			.filter((source) -> this.limiters.decisions(policy, allowed, source) > 0)
			.collect(Collectors.toMap(Function.identity(),
					(source) -> this.limiters.decisions(policy, allowed, source)));
	}

	/**
	 * Look what is left for somebody.
	 * @param policy the name of a policy
	 * @param key for whom; may have slashes
	 * @return what is left, or nothing if there is no such policy
	 */
	@ReadOperation
	public @Nullable Left peek(@Selector String policy, @Selector(match = Match.ALL_REMAINING) String... key) {
		if (!this.limiters.names().contains(policy)) {
			return null;
		}
		Decision decision = this.limiters.get(policy).peek(String.join("/", key));
		return new Left(decision.limit(), decision.remaining(), decision.resetAfter(), decision.source());
	}

	/**
	 * Forget what somebody took.
	 * @param policy the name of a policy
	 * @param key who did; may have slashes
	 * @return whether there was something to forget, or nothing if there is no such
	 * policy
	 */
	@DeleteOperation
	public @Nullable Reset reset(@Selector String policy, @Selector(match = Match.ALL_REMAINING) String... key) {
		return this.limiters.names().contains(policy)
				? new Reset(this.limiters.get(policy).reset(String.join("/", key))) : null;
	}

	/**
	 * A policy.
	 *
	 * @param algorithm how it counts
	 * @param bandwidths what it allows now
	 * @param calendar the periods of a calendar window
	 * @param onRedisFailure what becomes of requests while Redis does not answer
	 * @param changed whether its limit was changed at run time
	 * @param leases number of keys of which this node has tokens in advance
	 * @param allowed requests that this node let pass since it was started, by who
	 * decided
	 * @param refused requests that it refused
	 */
	public record Policy(RateLimitAlgorithm algorithm, List<Bandwidth> bandwidths, @Nullable CalendarPeriod calendar,
			OnRedisFailure onRedisFailure, boolean changed, int leases, Map<Decision.Source, Long> allowed,
			Map<Decision.Source, Long> refused) {
	}

	/**
	 * What is left.
	 *
	 * @param limit units for each period
	 * @param remaining units that may be taken now
	 * @param resetAfter time until everything is available again
	 * @param source who said so
	 */
	public record Left(long limit, long remaining, Duration resetAfter, Decision.Source source) {
	}

	/**
	 * What came of a reset.
	 *
	 * @param reset whether there was something to forget
	 */
	public record Reset(boolean reset) {
	}

}
