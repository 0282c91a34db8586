package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.key.KeySpace;

/**
 * A named rule: how many, in which time, counted how.
 *
 * @param name the name, a part of keys, headers and messages
 * @param algorithm how to count
 * @param bandwidths what is allowed; several of them, all of which must be kept, for a
 * token bucket only
 * @param calendar the periods of a calendar window, of no other algorithm
 * @param onRedisFailure what becomes of requests while Redis does not answer
 * @param localShare the part of the limit that each node allows then, if it decides
 * locally: one over the number of nodes
 * @param lease how long tokens may be spent after they were taken, zero to take none in
 * advance, or nothing for what holds for all policies; for a bucket with one bandwidth
 * only
 */
public record RateLimitPolicy(String name, RateLimitAlgorithm algorithm, List<Bandwidth> bandwidths,
		@Nullable CalendarPeriod calendar, OnRedisFailure onRedisFailure, double localShare, @Nullable Duration lease) {

	private static final long LONGEST_LOG = 1_000;

	/**
	 * Check that the parts go together.
	 * @throws IllegalArgumentException if they do not; the message names the policy
	 */
	public RateLimitPolicy {
		bandwidths = List.copyOf(bandwidths);
		require(name, !bandwidths.isEmpty(), "needs a limit and a period");
		require(name, bandwidths.size() == 1 || algorithm == RateLimitAlgorithm.TOKEN_BUCKET,
				"has several bandwidths, which only a token bucket can have");
		require(name, (calendar != null) == (algorithm == RateLimitAlgorithm.CALENDAR_WINDOW),
				"has a calendar period if, and only if, it is a calendar window");
		require(name, algorithm != RateLimitAlgorithm.SLIDING_LOG || bandwidths.get(0).limit() <= LONGEST_LOG,
				"has a limit over 1000, too much to remember each unit: use a sliding counter");
		require(name, lease == null || !lease.isNegative(), "needs a lease that is not negative");
		require(name, localShare > 0 && localShare <= 1, "needs a local share above 0 and up to 1");
	}

	/**
	 * A policy with one bandwidth that refuses while Redis does not answer.
	 * @param name the name
	 * @param algorithm how to count, no calendar window
	 * @param bandwidth what is allowed
	 * @return the policy
	 */
	public static RateLimitPolicy of(String name, RateLimitAlgorithm algorithm, Bandwidth bandwidth) {
		return new RateLimitPolicy(name, algorithm, List.of(bandwidth), null, OnRedisFailure.CLOSED, 1, null);
	}

	/**
	 * A token bucket whose burst is its limit.
	 * @param name the name
	 * @param limit tokens for each period
	 * @param period the period
	 * @return the policy
	 */
	public static RateLimitPolicy tokenBucket(String name, long limit, Duration period) {
		return of(name, RateLimitAlgorithm.TOKEN_BUCKET, Bandwidth.of(limit, period));
	}

	/**
	 * A limit for each period of a calendar.
	 * @param name the name
	 * @param limit units for each period
	 * @param calendar the periods
	 * @return the policy
	 */
	public static RateLimitPolicy calendarWindow(String name, long limit, CalendarPeriod calendar) {
		return new RateLimitPolicy(name, RateLimitAlgorithm.CALENDAR_WINDOW,
				List.of(Bandwidth.of(limit, calendar.unit().getDuration())), calendar, OnRedisFailure.CLOSED, 1, null);
	}

	/**
	 * The same with other bandwidths. What was counted stays, unless a period changes.
	 * @param bandwidths what is allowed
	 * @return another policy of this name
	 */
	public RateLimitPolicy withBandwidths(List<Bandwidth> bandwidths) {
		return new RateLimitPolicy(this.name, this.algorithm, bandwidths, this.calendar, this.onRedisFailure,
				this.localShare, this.lease);
	}

	/**
	 * The same with another limit and burst of its first bandwidth. What was counted
	 * stays.
	 * @param limit units for each period
	 * @param burst units at once
	 * @return another policy of this name
	 */
	public RateLimitPolicy withLimit(long limit, long burst) {
		List<Bandwidth> changed = new ArrayList<>(this.bandwidths);
		changed.set(0, new Bandwidth(limit, period(), burst));
		return withBandwidths(changed);
	}

	/**
	 * The same with another answer while Redis does not give one.
	 * @param onRedisFailure what becomes of requests
	 * @param localShare the part of the limit that this node allows if it decides locally
	 * @return another policy of this name
	 */
	public RateLimitPolicy withFailure(OnRedisFailure onRedisFailure, double localShare) {
		return new RateLimitPolicy(this.name, this.algorithm, this.bandwidths, this.calendar, onRedisFailure,
				localShare, this.lease);
	}

	/**
	 * The same with a lease of its own.
	 * @param lease how long tokens may be spent after they were taken, zero to take none
	 * in advance, or nothing for what holds for all policies
	 * @return another policy of this name
	 */
	public RateLimitPolicy withLease(@Nullable Duration lease) {
		return new RateLimitPolicy(this.name, this.algorithm, this.bandwidths, this.calendar, this.onRedisFailure,
				this.localShare, lease);
	}

	/**
	 * The limit of the first bandwidth.
	 * @return units for each period
	 */
	public long limit() {
		return this.bandwidths.get(0).limit();
	}

	/**
	 * The period of the first bandwidth.
	 * @return the time for which the limit holds; on average for a calendar window
	 */
	public Duration period() {
		return this.bandwidths.get(0).period();
	}

	/**
	 * What may be taken at once.
	 * @return the least burst for a bucket, else the limit
	 */
	public long capacity() {
		long capacity = this.algorithm.isBucket() ? this.bandwidths.get(0).burst() : limit();
		for (int i = 1; i < this.bandwidths.size(); i++) {
			capacity = Math.min(capacity, this.bandwidths.get(i).burst());
		}
		return capacity;
	}

	/**
	 * Whether busy keys can be answered with few trips.
	 * @return {@code true} for a bucket with one bandwidth
	 */
	boolean isHot() {
		return this.algorithm.isBucket() && this.bandwidths.size() == 1;
	}

	/**
	 * Where its states lie.
	 * @param keys the key space of rate limits
	 * @return <code>prefix:rate-limit:policy:form</code>, so that all limits of a key
	 * share a slot; the form is such as {@code t1m} and keeps states apart that cannot be
	 * read as one another
	 */
	KeySpace states(KeySpace keys) {
		return keys.child(this.name).child(form());
	}

	private String form() {
		CalendarPeriod ofCalendar = this.calendar;
		String periods = (ofCalendar != null) ? ofCalendar.unit().name().toLowerCase(Locale.ROOT)
				: this.bandwidths.stream()
					.map((bandwidth) -> text(bandwidth.period()))
					.collect(Collectors.joining("-"));
		return this.algorithm.code() + periods;
	}

	// In the largest unit that it is a multiple of: every key has it, and pays for it.
	private static String text(Duration period) {
		if (period.toMillisPart() != 0) {
			return period.toMillis() + "ms";
		}
		if (period.toSecondsPart() != 0) {
			return period.toSeconds() + "s";
		}
		if (period.toMinutesPart() != 0) {
			return period.toMinutes() + "m";
		}
		return (period.toHoursPart() != 0) ? period.toHours() + "h" : period.toDays() + "d";
	}

	CalendarPeriod requiredCalendar() {
		return Objects.requireNonNull(this.calendar);
	}

	private static void require(String name, boolean condition, String message) {
		if (!condition) {
			throw new IllegalArgumentException("Rate-limit policy '%s' %s".formatted(name, message));
		}
	}

}
