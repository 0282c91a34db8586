package io.github.redispatterns.autoconfigure.ratelimit;

import java.time.Duration;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.ratelimit.Bandwidth;
import io.github.redispatterns.ratelimit.CalendarPeriod;
import io.github.redispatterns.ratelimit.HotKeys;
import io.github.redispatterns.ratelimit.RateLimitAlgorithm;
import io.github.redispatterns.ratelimit.RateLimitPolicy;

/**
 * Settings of rate limits.
 *
 * @param enabled whether rate limits are applied
 * @param timeout time that a decision may take until Redis counts as down
 * @param onRedisFailure what becomes of requests while Redis does not answer
 * @param localShare part of each limit that this node allows if it then decides alone,
 * one over the number of nodes
 * @param nearLimit share of what may be taken at once below which an event says that
 * little is left, 0 for no events
 * @param hotKeys how this node answers busy keys with few trips to Redis
 * @param policies policies by name
 */
@ConfigurationProperties("redis-patterns.rate-limit")
public record RateLimitProperties(@DefaultValue("true") boolean enabled, @DefaultValue("50ms") Duration timeout,
		@DefaultValue("closed") OnRedisFailure onRedisFailure, @DefaultValue("1") double localShare,
		@DefaultValue("0.1") double nearLimit, @DefaultValue BusyKeys hotKeys,
		@DefaultValue Map<String, Policy> policies) {

	List<RateLimitPolicy> toPolicies() {
		return this.policies.entrySet().stream().map((entry) -> toPolicy(entry.getKey(), entry.getValue())).toList();
	}

	private RateLimitPolicy toPolicy(String name, Policy policy) {
		String property = "redis-patterns.rate-limit.policies." + name;
		OnRedisFailure failure = (policy.onRedisFailure() != null) ? policy.onRedisFailure() : this.onRedisFailure;
		return PropertyCheck.create(property, policy.algorithm(), () -> new RateLimitPolicy(name, policy.algorithm(),
				policy.toBandwidths(property), policy.toCalendar(), failure, this.localShare, policy.lease()));
	}

	/**
	 * A policy.
	 *
	 * @param algorithm how to count
	 * @param limit how many in one period
	 * @param period time for which the limit holds; the lease of a permit of a
	 * concurrency limit
	 * @param burst how many at once, of a bucket (default: the limit; 1 for a leaky
	 * bucket)
	 * @param more further limits of a token bucket, all of which must be kept
	 * @param calendar unit of a calendar window, such as days
	 * @param zone time zone of a calendar window (default: that of this machine)
	 * @param onRedisFailure what becomes of requests while Redis does not answer
	 * (default: redis-patterns.rate-limit.on-redis-failure)
	 * @param lease time that tokens may be spent after they were taken in advance, zero
	 * to take none in advance (default: redis-patterns.rate-limit.hot-keys.lease)
	 */
	public record Policy(@DefaultValue("token-bucket") RateLimitAlgorithm algorithm, long limit,
			@DefaultValue("1s") Duration period, @Nullable Long burst, @DefaultValue List<Limit> more,
			@Nullable ChronoUnit calendar, @Nullable ZoneId zone, @Nullable OnRedisFailure onRedisFailure,
			@Nullable Duration lease) {

		private List<Bandwidth> toBandwidths(String property) {
			Duration length = (this.calendar != null) ? this.calendar.getDuration() : this.period;
			long atOnce = (this.algorithm == RateLimitAlgorithm.LEAKY_BUCKET) ? 1 : this.limit;
			Bandwidth first = new Limit(this.limit, length, (this.burst != null) ? this.burst : atOnce)
				.toBandwidth(property);
			return Stream
				.concat(Stream.of(first),
						IntStream.range(0, this.more.size())
							.mapToObj((i) -> this.more.get(i).toBandwidth(property + ".more[" + i + "]")))
				.toList();
		}

		private @Nullable CalendarPeriod toCalendar() {
			return (this.calendar != null)
					? new CalendarPeriod(this.calendar, (this.zone != null) ? this.zone : ZoneId.systemDefault())
					: null;
		}

	}

	/**
	 * Settings for busy keys.
	 *
	 * @param denyFor time that a refusal is believed without asking Redis again, at most
	 * @param lease time that tokens may be spent after they were taken in advance, of
	 * those buckets that need longer to refill; zero to take none in advance
	 */
	public record BusyKeys(@DefaultValue("100ms") Duration denyFor, @DefaultValue("0s") Duration lease) {

		HotKeys toHotKeys() {
			PropertyCheck.atLeast("redis-patterns.rate-limit.hot-keys.deny-for", this.denyFor, Duration.ZERO);
			PropertyCheck.atLeast("redis-patterns.rate-limit.hot-keys.lease", this.lease, Duration.ZERO);
			return new HotKeys(this.denyFor, this.lease);
		}

	}

	/**
	 * A further limit.
	 *
	 * @param limit how many in one period
	 * @param period time for which the limit holds
	 * @param burst how many at once (default: the limit)
	 */
	public record Limit(long limit, @DefaultValue("1s") Duration period, @Nullable Long burst) {

		private Bandwidth toBandwidth(String property) {
			PropertyCheck.atLeastOne(property + ".limit", this.limit);
			PropertyCheck.atLeast(property + ".period", this.period, Duration.ofMillis(1));
			long atOnce = (this.burst != null) ? PropertyCheck.atLeastOne(property + ".burst", this.burst) : this.limit;
			return PropertyCheck.create(property + ".period", this.period,
					() -> new Bandwidth(this.limit, this.period, atOnce));
		}

	}

}
