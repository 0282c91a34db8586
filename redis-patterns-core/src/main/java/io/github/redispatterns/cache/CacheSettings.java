package io.github.redispatterns.cache;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.OnRedisFailure;

/**
 * Settings of one cache. Made by {@link #of} or a {@link Builder}.
 *
 * @param timeToLive how long an entry is fresh after it was written, at least 1 ms
 * @param nullTimeToLive the same for {@code null}
 * @param timeToIdle how long an entry is fresh after it was last read, within its time to
 * live; {@code null} for as long as that
 * @param jitter by which part of itself a time to live is shortened at most, at random,
 * so that what was written together does not expire together; from 0 to 0.5
 * @param staleWhileRevalidate how long after it expired an entry is still served at once,
 * while it is loaded again in the background
 * @param staleIfError how long after it expired an entry is still served if its load
 * fails or takes too long
 * @param errorPause for how long nobody tries again after a load has failed and the
 * former entry was served, which lives no longer for it
 * @param earlyRefresh beta of the probabilistic early refresh (XFetch): 0 for off, 1 for
 * the optimum of the paper, more for earlier
 * @param refreshAhead part of its time to live after which an entry is loaded again in
 * the background when it is read; 1 for off
 * @param softTimeout how long a caller waits for a load while there is a stale entry, or
 * {@code null} for as long as it takes
 * @param hardTimeout how long a caller waits for a load at all, or {@code null}
 * @param maxWait how long a caller waits for the load of another one before it loads by
 * itself
 * @param lease how long the right to load an entry outlives the node that has it
 * @param maxEntrySize size in bytes above which a value is not stored
 * @param onRedisFailure what becomes of loads while Redis does not answer
 * @param maxLoadsWithoutRedis how many loads may run at the same time while Redis does
 * not answer
 * @param near the near cache, or {@code null} for none
 * @param writeBehind how a {@link CacheWriter} is called later, or {@code null} for at
 * once
 */
public record CacheSettings(Duration timeToLive, Duration nullTimeToLive, @Nullable Duration timeToIdle, double jitter,
		Duration staleWhileRevalidate, Duration staleIfError, Duration errorPause, double earlyRefresh,
		double refreshAhead, @Nullable Duration softTimeout, @Nullable Duration hardTimeout, Duration maxWait,
		Duration lease, int maxEntrySize, OnRedisFailure onRedisFailure, int maxLoadsWithoutRedis,
		@Nullable NearSettings near, @Nullable WriteBehindSettings writeBehind) {

	private static final Duration SHORTEST = Duration.ofMillis(1);

	/**
	 * Check the settings.
	 * @throws IllegalArgumentException if one of them cannot work
	 */
	public CacheSettings {
		requireAtLeast("time to live", timeToLive, SHORTEST);
		requireAtLeast("time to live of null", nullTimeToLive, SHORTEST);
		requireAtLeast("time to idle", timeToIdle, SHORTEST);
		requireAtLeast("stale-while-revalidate time", staleWhileRevalidate, Duration.ZERO);
		requireAtLeast("stale-if-error time", staleIfError, Duration.ZERO);
		requireAtLeast("pause after an error", errorPause, SHORTEST);
		requireAtLeast("soft timeout", softTimeout, SHORTEST);
		requireAtLeast("hard timeout", hardTimeout, SHORTEST);
		requireAtLeast("maximum wait", maxWait, SHORTEST);
		requireAtLeast("lease", lease, Duration.ofMillis(100));
		onRedisFailure.requireAnyOf(OnRedisFailure.OPEN, OnRedisFailure.CLOSED);
		require("jitter", jitter, jitter >= 0 && jitter <= 0.5, "from 0 to 0.5");
		require("early refresh", earlyRefresh, earlyRefresh >= 0 && earlyRefresh <= 100, "from 0 to 100");
		require("refresh-ahead", refreshAhead, refreshAhead > 0 && refreshAhead <= 1, "above 0 and at most 1");
		require("maximum size of an entry", maxEntrySize, maxEntrySize > 0, "positive");
		require("maximum of loads without Redis", maxLoadsWithoutRedis, maxLoadsWithoutRedis > 0, "positive");
	}

	/**
	 * Settings that differ from the defaults in the time to live only.
	 * @param timeToLive how long an entry is fresh
	 * @return the settings
	 */
	public static CacheSettings of(Duration timeToLive) {
		return new Builder().timeToLive(timeToLive).build();
	}

	/**
	 * Settings that begin with the defaults.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * How long an entry stays in Redis after it expired.
	 * @return 0 if it is of no use then
	 */
	Duration staleTime() {
		return (this.staleWhileRevalidate.compareTo(this.staleIfError) > 0) ? this.staleWhileRevalidate
				: this.staleIfError;
	}

	/**
	 * Whether loads run in threads of the cache, so that callers need not wait for them.
	 * @return whether there is a timeout
	 */
	boolean hasTimeouts() {
		return this.softTimeout != null || this.hardTimeout != null;
	}

	private static void requireAtLeast(String what, @Nullable Duration value, Duration least) {
		if (value != null && value.compareTo(least) < 0) {
			throw new IllegalArgumentException(
					"The %s of a cache must be at least %dms but is %s".formatted(what, least.toMillis(), value));
		}
	}

	private static void require(String what, Number value, boolean holds, String expected) {
		if (!holds) {
			throw new IllegalArgumentException(
					"The %s of a cache must be %s but is %s".formatted(what, expected, value));
		}
	}

	/** Builds settings. */
	public static final class Builder {

		private Duration timeToLive = Duration.ofMinutes(10);

		private @Nullable Duration nullTimeToLive;

		private @Nullable Duration timeToIdle;

		private double jitter = 0.1;

		private Duration staleWhileRevalidate = Duration.ZERO;

		private Duration staleIfError = Duration.ZERO;

		private Duration errorPause = Duration.ofSeconds(30);

		private double earlyRefresh;

		private double refreshAhead = 1;

		private @Nullable Duration softTimeout;

		private @Nullable Duration hardTimeout;

		private Duration maxWait = Duration.ofSeconds(10);

		private Duration lease = Duration.ofSeconds(2);

		private int maxEntrySize = 16 * 1024 * 1024;

		private OnRedisFailure onRedisFailure = OnRedisFailure.OPEN;

		private int maxLoadsWithoutRedis = 64;

		private @Nullable NearSettings near;

		private @Nullable WriteBehindSettings writeBehind;

		Builder() {
		}

		/**
		 * Set how long an entry is fresh.
		 * @param timeToLive the time, 10 minutes unless set
		 * @return this
		 */
		public Builder timeToLive(Duration timeToLive) {
			this.timeToLive = timeToLive;
			return this;
		}

		/**
		 * Set how long {@code null} is fresh.
		 * @param nullTimeToLive the time; unless set, a minute or the time to live if
		 * that is shorter
		 * @return this
		 */
		public Builder nullTimeToLive(Duration nullTimeToLive) {
			this.nullTimeToLive = nullTimeToLive;
			return this;
		}

		/**
		 * Let entries expire that are not read.
		 * @param timeToIdle how long after the last read
		 * @return this
		 */
		public Builder timeToIdle(@Nullable Duration timeToIdle) {
			this.timeToIdle = timeToIdle;
			return this;
		}

		/**
		 * Set by how much times to live are shortened at random.
		 * @param jitter part of the time, 0.1 unless set
		 * @return this
		 */
		public Builder jitter(double jitter) {
			this.jitter = jitter;
			return this;
		}

		/**
		 * Serve stale entries at once while they are loaded again (RFC 5861).
		 * @param time how long after they expired, 0 unless set
		 * @return this
		 */
		public Builder staleWhileRevalidate(Duration time) {
			this.staleWhileRevalidate = time;
			return this;
		}

		/**
		 * Serve stale entries where the load fails (RFC 5861).
		 * @param time how long after they expired, 0 unless set
		 * @return this
		 */
		public Builder staleIfError(Duration time) {
			this.staleIfError = time;
			return this;
		}

		/**
		 * Set for how long nobody tries again after a failure.
		 * @param pause the time, 30 seconds unless set
		 * @return this
		 */
		public Builder errorPause(Duration pause) {
			this.errorPause = pause;
			return this;
		}

		/**
		 * Load hot entries again shortly before they expire, in the background.
		 * @param beta 1 for the optimum, 0 (unless set) for off
		 * @return this
		 */
		public Builder earlyRefresh(double beta) {
			this.earlyRefresh = beta;
			return this;
		}

		/**
		 * Load entries again when they are read late in their life, in the background.
		 * @param part part of the time to live, such as 0.8; 1 (unless set) for off
		 * @return this
		 */
		public Builder refreshAhead(double part) {
			this.refreshAhead = part;
			return this;
		}

		/**
		 * Set how long to wait for a load while there is a stale entry.
		 * @param timeout the time; none unless set
		 * @return this
		 */
		public Builder softTimeout(@Nullable Duration timeout) {
			this.softTimeout = timeout;
			return this;
		}

		/**
		 * Set how long to wait for a load.
		 * @param timeout the time; none unless set
		 * @return this
		 */
		public Builder hardTimeout(@Nullable Duration timeout) {
			this.hardTimeout = timeout;
			return this;
		}

		/**
		 * Set how long to wait for another's load.
		 * @param maxWait the time, 10 seconds unless set
		 * @return this
		 */
		public Builder maxWait(Duration maxWait) {
			this.maxWait = maxWait;
			return this;
		}

		/**
		 * Set after which time a node that does not say otherwise counts as dead.
		 * @param lease the time, 2 seconds unless set
		 * @return this
		 */
		public Builder lease(Duration lease) {
			this.lease = lease;
			return this;
		}

		/**
		 * Set which values are too big.
		 * @param bytes size of the biggest that is stored, 16 MB unless set
		 * @return this
		 */
		public Builder maxEntrySize(int bytes) {
			this.maxEntrySize = bytes;
			return this;
		}

		/**
		 * Set what becomes of loads while Redis does not answer.
		 * @param mode open, unless set: they are done without Redis; closed: they fail
		 * @return this
		 */
		public Builder onRedisFailure(OnRedisFailure mode) {
			this.onRedisFailure = mode;
			return this;
		}

		/**
		 * Bound the loads while Redis does not answer.
		 * @param loads how many at the same time, 64 unless set
		 * @return this
		 */
		public Builder maxLoadsWithoutRedis(int loads) {
			this.maxLoadsWithoutRedis = loads;
			return this;
		}

		/**
		 * Keep entries in this JVM, too.
		 * @param near the near cache; none unless set
		 * @return this
		 */
		public Builder near(@Nullable NearSettings near) {
			this.near = near;
			return this;
		}

		/**
		 * Call the {@link CacheWriter} of the cache later.
		 * @param writeBehind how; unless set, it is called at once
		 * @return this
		 */
		public Builder writeBehind(@Nullable WriteBehindSettings writeBehind) {
			this.writeBehind = writeBehind;
			return this;
		}

		/**
		 * Build the settings.
		 * @return the settings
		 * @throws IllegalArgumentException if one of them cannot work
		 */
		public CacheSettings build() {
			return new CacheSettings(this.timeToLive, timeToLiveOfNull(), this.timeToIdle, this.jitter,
					this.staleWhileRevalidate, this.staleIfError, this.errorPause, this.earlyRefresh, this.refreshAhead,
					this.softTimeout, this.hardTimeout, this.maxWait, this.lease, this.maxEntrySize,
					this.onRedisFailure, this.maxLoadsWithoutRedis, this.near, this.writeBehind);
		}

		private Duration timeToLiveOfNull() {
			Duration minute = Duration.ofMinutes(1);
			if (this.nullTimeToLive != null) {
				return this.nullTimeToLive;
			}
			return (this.timeToLive.compareTo(minute) < 0) ? this.timeToLive : minute;
		}

	}

}
