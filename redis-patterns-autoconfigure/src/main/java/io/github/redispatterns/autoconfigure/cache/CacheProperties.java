package io.github.redispatterns.autoconfigure.cache;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.cache.CacheSettings;
import io.github.redispatterns.gateway.OnRedisFailure;

/**
 * Settings of caches.
 *
 * @param enabled whether caches are kept in Redis
 * @param onRedisFailure what becomes of cached methods while Redis does not answer
 * @param timeToLive time that an entry lives after it was written
 * @param caches settings of single caches by name
 */
@ConfigurationProperties("redis-patterns.cache")
public record CacheProperties(@DefaultValue("true") boolean enabled,
		@DefaultValue("open") OnRedisFailure onRedisFailure, @DefaultValue("10m") Duration timeToLive,
		@DefaultValue Map<String, Cache> caches) {

	private static final Duration SHORTEST = Duration.ofMillis(1);

	CacheSettings defaults() {
		return CacheSettings.of(PropertyCheck.atLeast("redis-patterns.cache.time-to-live", this.timeToLive, SHORTEST));
	}

	Map<String, CacheSettings> settings() {
		Map<String, CacheSettings> settings = new HashMap<>();
		this.caches.forEach((name, cache) -> settings.put(name, settings(name, cache)));
		return settings;
	}

	private CacheSettings settings(String name, Cache cache) {
		return (cache.timeToLive() == null) ? defaults() : CacheSettings.of(PropertyCheck
			.atLeast("redis-patterns.cache.caches." + name + ".time-to-live", cache.timeToLive(), SHORTEST));
	}

	/**
	 * Settings of a single cache.
	 *
	 * @param timeToLive time that an entry lives after it was written (default:
	 * redis-patterns.cache.time-to-live)
	 */
	public record Cache(@Nullable Duration timeToLive) {
	}

}
