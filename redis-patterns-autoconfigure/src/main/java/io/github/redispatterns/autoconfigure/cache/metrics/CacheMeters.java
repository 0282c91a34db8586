package io.github.redispatterns.autoconfigure.cache.metrics;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.github.redispatterns.cache.CacheStatistics;
import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.cache.TypedCache;
import io.github.redispatterns.cache.TypedCacheManager;

/** Meters of all caches, each tagged with the name of its cache. */
final class CacheMeters implements MeterBinder {

	private static final String PREFIX = "redis.patterns.cache.";

	private static final Map<Event, String> GETS = Map.of(Event.NEAR_HIT, "near-hit", Event.HIT, "hit", Event.STALE_HIT,
			"stale-hit", Event.MISS, "miss");

	private final TypedCacheManager caches;

	CacheMeters(TypedCacheManager caches) {
		this.caches = caches;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		TimeGauge
			.builder(PREFIX + "near.lag", this.caches, TimeUnit.MILLISECONDS,
					(caches) -> caches.nearCacheLag().toMillis())
			.register(registry);
		this.caches.onCache((cache) -> bind(registry, cache));
	}

	private void bind(MeterRegistry registry, TypedCache cache) {
		Tags name = Tags.of(Tag.of("name", cache.getName()));
		for (Event event : Event.values()) {
			String outcome = GETS.get(event);
			if (outcome != null) {
				counter(registry, cache, event, "gets", name.and("outcome", outcome));
			}
			else {
				counter(registry, cache, event, event.name().toLowerCase(Locale.ROOT).replace('_', '.'), name);
			}
		}
		FunctionTimer
			.builder(PREFIX + "load.time", cache.statistics(), (statistics) -> statistics.count(Event.LOAD),
					CacheStatistics::loadNanos, TimeUnit.NANOSECONDS)
			.tags(name)
			.register(registry);
		Gauge.builder(PREFIX + "near.entries", cache, TypedCache::nearSize).tags(name).register(registry);
		Gauge.builder(PREFIX + "writes.waiting", cache, TypedCache::waitingWrites).tags(name).register(registry);
	}

	private static void counter(MeterRegistry registry, TypedCache cache, Event event, String meter, Tags tags) {
		if (event != Event.LOAD) {
			FunctionCounter.builder(PREFIX + meter, cache.statistics(), (statistics) -> statistics.count(event))
				.tags(tags)
				.register(registry);
		}
	}

}
