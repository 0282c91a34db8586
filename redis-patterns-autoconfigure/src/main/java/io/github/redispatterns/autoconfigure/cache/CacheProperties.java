package io.github.redispatterns.autoconfigure.cache;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

import io.github.redispatterns.cache.CacheSettings;
import io.github.redispatterns.cache.WriteBehindSettings;
import io.github.redispatterns.gateway.OnRedisFailure;

/**
 * Settings of caches.
 *
 * @param enabled whether caches are kept in Redis
 * @param onRedisFailure what becomes of cached methods while Redis does not answer: open
 * or closed
 * @param timeToLive time that an entry is fresh after it was written
 * @param nullTimeToLive time that null is fresh (default: a minute, or the time to live
 * if that is shorter)
 * @param timeToIdle time that an entry is fresh after it was last read, within its time
 * to live (default: as long as that)
 * @param jitter part by which times to live are shortened at most, at random
 * @param staleWhileRevalidate time that an expired entry is still served while it is
 * loaded again in the background
 * @param staleIfError time that an expired entry is still served if its load fails or
 * takes too long
 * @param errorPause time for which a failed load is not tried again while there is a
 * stale entry
 * @param earlyRefresh beta of the probabilistic early refresh in the background; 0 for
 * none, 1 for the optimum
 * @param refreshAhead part of its time to live after which an entry that is read is
 * loaded again in the background; 1 for none
 * @param softTimeout time to wait for a load while there is a stale entry (default: as
 * long as it takes)
 * @param hardTimeout time to wait for a load at all (default: as long as it takes)
 * @param maxWait time to wait for the load of another caller before loading oneself
 * @param lease time after which a node that loads and is not heard of counts as dead
 * @param maxEntrySize size above which a value is not stored
 * @param maxLoadsWithoutRedis number of loads at the same time while Redis does not
 * answer
 * @param near entries that are kept in the JVM, too
 * @param writeBehind how the source of a cache is written later, where a cache does that
 * @param caches settings of single caches by name
 */
@ConfigurationProperties("redis-patterns.cache")
public record CacheProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue("open") OnRedisFailure onRedisFailure, @DefaultValue("10m") Duration timeToLive,
		@Nullable Duration nullTimeToLive, @Nullable Duration timeToIdle, @DefaultValue("0.1") double jitter,
		@DefaultValue("0s") Duration staleWhileRevalidate, @DefaultValue("0s") Duration staleIfError,
		@DefaultValue("30s") Duration errorPause, @DefaultValue("0") double earlyRefresh,
		@DefaultValue("1") double refreshAhead, @Nullable Duration softTimeout, @Nullable Duration hardTimeout,
		@DefaultValue("10s") Duration maxWait, @DefaultValue("2s") Duration lease,
		@DefaultValue("16MB") DataSize maxEntrySize, @DefaultValue("64") int maxLoadsWithoutRedis,
		@DefaultValue Near near, @DefaultValue WriteBehind writeBehind, @DefaultValue Map<String, Cache> caches) {

	CacheSettings defaults() {
		return defaults(new SettingsBinding("redis-patterns.cache")).build();
	}

	Map<String, CacheSettings> settings() {
		Map<String, CacheSettings> settings = new HashMap<>();
		this.caches.forEach((name,
				cache) -> settings.put(name, cache.over(
						defaults(new SettingsBinding("redis-patterns.cache")).in("redis-patterns.cache.caches." + name))
					.build()));
		return settings;
	}

	private SettingsBinding defaults(SettingsBinding settings) {
		return new Cache(this.onRedisFailure, this.timeToLive, this.nullTimeToLive, this.timeToIdle, this.jitter,
				this.staleWhileRevalidate, this.staleIfError, this.errorPause, this.earlyRefresh, this.refreshAhead,
				this.softTimeout, this.hardTimeout, this.maxWait, this.lease, this.maxEntrySize,
				this.maxLoadsWithoutRedis,
				new OwnNear(this.near.enabled(), this.near.timeToLive(), this.near.maxSize()), this.writeBehind.own())
			.over(settings);
	}

	/**
	 * Entries that are kept in the JVM.
	 *
	 * @param enabled whether entries are kept in the JVM, too; to be the same on all
	 * nodes
	 * @param timeToLive time after which Redis is asked again
	 * @param maxSize size of all entries of a cache together
	 */
	public record Near(@DefaultValue("false") boolean enabled, @DefaultValue("1m") Duration timeToLive,
			@DefaultValue("16MB") DataSize maxSize) {
	}

	/**
	 * How the source of a cache is written later.
	 *
	 * @param interval time that a write waits, so that several of one key become one
	 * @param batchSize number of writes that are done together
	 * @param maxPending number of writes that may wait; whoever puts more waits, too
	 * @param maxWait time that whoever puts waits for room
	 * @param maxRetries number of times that a write is tried again while others succeed,
	 * before it goes to the dead letters
	 * @param delay time to wait after a failure; twice as long after each further one
	 * @param maxDelay longest time to wait after a failure
	 */
	public record WriteBehind(@DefaultValue("200ms") Duration interval, @DefaultValue("100") int batchSize,
			@DefaultValue("10000") int maxPending, @DefaultValue("5s") Duration maxWait,
			@DefaultValue("5") int maxRetries, @DefaultValue("100ms") Duration delay,
			@DefaultValue("30s") Duration maxDelay) {

		OwnWriteBehind own() {
			return new OwnWriteBehind(false, this.interval, this.batchSize, this.maxPending, this.maxWait,
					this.maxRetries, this.delay, this.maxDelay);
		}

	}

	/**
	 * Settings of a single cache; each is that of redis-patterns.cache unless set here.
	 *
	 * @param onRedisFailure what becomes of cached methods while Redis does not answer:
	 * open or closed
	 * @param timeToLive time that an entry is fresh after it was written
	 * @param nullTimeToLive time that null is fresh
	 * @param timeToIdle time that an entry is fresh after it was last read, within its
	 * time to live
	 * @param jitter part by which times to live are shortened at most, at random
	 * @param staleWhileRevalidate time that an expired entry is still served while it is
	 * loaded again in the background
	 * @param staleIfError time that an expired entry is still served if its load fails or
	 * takes too long
	 * @param errorPause time for which a failed load is not tried again while there is a
	 * stale entry
	 * @param earlyRefresh beta of the probabilistic early refresh in the background; 0
	 * for none, 1 for the optimum
	 * @param refreshAhead part of its time to live after which an entry that is read is
	 * loaded again in the background; 1 for none
	 * @param softTimeout time to wait for a load while there is a stale entry
	 * @param hardTimeout time to wait for a load at all
	 * @param maxWait time to wait for the load of another caller before loading oneself
	 * @param lease time after which a node that loads and is not heard of counts as dead
	 * @param maxEntrySize size above which a value is not stored
	 * @param maxLoadsWithoutRedis number of loads at the same time while Redis does not
	 * answer
	 * @param near entries that are kept in the JVM, too
	 * @param writeBehind how the source is written later
	 */
	public record Cache(@Nullable OnRedisFailure onRedisFailure, @Nullable Duration timeToLive,
			@Nullable Duration nullTimeToLive, @Nullable Duration timeToIdle, @Nullable Double jitter,
			@Nullable Duration staleWhileRevalidate, @Nullable Duration staleIfError, @Nullable Duration errorPause,
			@Nullable Double earlyRefresh, @Nullable Double refreshAhead, @Nullable Duration softTimeout,
			@Nullable Duration hardTimeout, @Nullable Duration maxWait, @Nullable Duration lease,
			@Nullable DataSize maxEntrySize, @Nullable Integer maxLoadsWithoutRedis,
			@Name("near") @Nullable OwnNear near, @Name("writeBehind") @Nullable OwnWriteBehind writeBehind) {

		SettingsBinding over(SettingsBinding settings) {
			return settings.set("on-redis-failure", this.onRedisFailure, CacheSettings.Builder::onRedisFailure)
				.set("time-to-live", this.timeToLive, CacheSettings.Builder::timeToLive)
				.set("null-time-to-live", this.nullTimeToLive, CacheSettings.Builder::nullTimeToLive)
				.set("time-to-idle", this.timeToIdle, CacheSettings.Builder::timeToIdle)
				.set("jitter", this.jitter, CacheSettings.Builder::jitter)
				.set("stale-while-revalidate", this.staleWhileRevalidate, CacheSettings.Builder::staleWhileRevalidate)
				.set("stale-if-error", this.staleIfError, CacheSettings.Builder::staleIfError)
				.set("error-pause", this.errorPause, CacheSettings.Builder::errorPause)
				.set("early-refresh", this.earlyRefresh, CacheSettings.Builder::earlyRefresh)
				.set("refresh-ahead", this.refreshAhead, CacheSettings.Builder::refreshAhead)
				.set("soft-timeout", this.softTimeout, CacheSettings.Builder::softTimeout)
				.set("hard-timeout", this.hardTimeout, CacheSettings.Builder::hardTimeout)
				.set("max-wait", this.maxWait, CacheSettings.Builder::maxWait)
				.set("lease", this.lease, CacheSettings.Builder::lease)
				.setSize("max-entry-size", this.maxEntrySize, CacheSettings.Builder::maxEntrySize)
				.set("max-loads-without-redis", this.maxLoadsWithoutRedis, CacheSettings.Builder::maxLoadsWithoutRedis)
				.near(this.near)
				.writeBehind(this.writeBehind);
		}

	}

	/**
	 * Entries of a single cache that are kept in the JVM; each setting is that of
	 * redis-patterns.cache.near unless set here.
	 *
	 * @param enabled whether entries are kept in the JVM, too; to be the same on all
	 * nodes
	 * @param timeToLive time after which Redis is asked again
	 * @param maxSize size of all entries of the cache together
	 */
	public record OwnNear(@Nullable Boolean enabled, @Nullable Duration timeToLive, @Nullable DataSize maxSize) {
	}

	/**
	 * How the source of a single cache is written later; each setting is that of
	 * redis-patterns.cache.write-behind unless set here.
	 *
	 * @param enabled whether the CacheWriter of the cache is called later instead of at
	 * once
	 * @param interval time that a write waits, so that several of one key become one
	 * @param batchSize number of writes that are done together
	 * @param maxPending number of writes that may wait; whoever puts more waits, too
	 * @param maxWait time that whoever puts waits for room
	 * @param maxRetries number of times that a write is tried again while others succeed,
	 * before it goes to the dead letters
	 * @param delay time to wait after a failure; twice as long after each further one
	 * @param maxDelay longest time to wait after a failure
	 */
	public record OwnWriteBehind(@DefaultValue("false") boolean enabled, @Nullable Duration interval,
			@Nullable Integer batchSize, @Nullable Integer maxPending, @Nullable Duration maxWait,
			@Nullable Integer maxRetries, @Nullable Duration delay, @Nullable Duration maxDelay) {

		WriteBehindSettings over(WriteBehindSettings base) {
			return new WriteBehindSettings(or(this.interval, base.interval()), or(this.batchSize, base.batchSize()),
					or(this.maxPending, base.maxPending()), or(this.maxWait, base.maxWait()),
					or(this.maxRetries, base.maxRetries()), or(this.delay, base.delay()),
					or(this.maxDelay, base.maxDelay()));
		}

		private static <T> T or(@Nullable T own, T base) {
			return (own != null) ? own : base;
		}

	}

}
