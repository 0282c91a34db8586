package io.github.redispatterns.autoconfigure.ratelimit.endpoint;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * by them, and the rules for HTTP requests; what is left of one for somebody, counted
 * over all nodes; and a way to forget what somebody took.
 */
@Endpoint(id = "ratelimits")
public final class RateLimitsEndpoint {

	private final RateLimiters limiters;

	private final List<Rule> rules;

	RateLimitsEndpoint(RateLimiters limiters, List<Rule> rules) {
		this.limiters = limiters;
		this.rules = rules;
	}

	/**
	 * What is in force.
	 * @return policies and rules
	 */
	@ReadOperation
	public Limits limits() {
		return new Limits(this.limiters.status()
			.stream()
			.collect(Collectors.toMap((status) -> status.policy().name(), this::policy)), this.rules);
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
	 * What is in force.
	 *
	 * @param policies by name
	 * @param rules in the order in which they are applied
	 */
	public record Limits(Map<String, Policy> policies, List<Rule> rules) {
	}

	/**
	 * A rule for HTTP requests.
	 *
	 * @param name its name
	 * @param paths patterns of paths, any of which has to match
	 * @param methods the methods, all if there are none
	 * @param policies the names of the policies, all of which have to allow
	 * @param key who is counted
	 * @param scope what is counted together
	 * @param shadow whether it is only tried out
	 * @param last whether rules behind it are left out where it applies
	 */
	public record Rule(String name, List<String> paths, Set<String> methods, Set<String> policies, String key,
			String scope, boolean shadow, boolean last) {
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
