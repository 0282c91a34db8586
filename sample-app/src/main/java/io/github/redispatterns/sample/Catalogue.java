package io.github.redispatterns.sample;

import java.util.List;

import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

import io.github.redispatterns.cache.CacheTags;
import io.github.redispatterns.cache.EvictTags;

/** The events, read by every visitor and changed by nobody: made for a cache. */
@Service
class Catalogue {

	private final JdbcClient jdbc;

	private final CatalogueProbe probe;

	Catalogue(JdbcClient jdbc, CatalogueProbe probe) {
		this.jdbc = jdbc;
		this.probe = probe;
	}

	/**
	 * All events, soonest first. The body runs only where the cache has no answer.
	 * @return the events
	 */
	@Cacheable(cacheNames = "events", key = "'all'")
	@CacheTags("#result.!['venue ' + venue]")
	List<Event> events() {
		this.probe.databaseWasAsked();
		return this.jdbc.sql("""
				select e.id, e.title, v.name || ', ' || v.city as venue, e.starts_at, e.price_cents, e.seats
				from event e join venue v on v.id = e.venue_id
				order by e.starts_at
				""").query(Event.class).list();
	}

	/**
	 * Forget what was cached of a venue, on every node.
	 * @param venue the venue
	 */
	@EvictTags(cacheNames = "events", tags = "'venue ' + #venue")
	void forget(String venue) {
	}

	/** Forget what is cached, on every node. */
	@CacheEvict(cacheNames = "events", allEntries = true)
	void forget() {
	}

}
