package io.github.redispatterns.sample;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import io.github.redispatterns.cache.CacheWriter;

/** Writes what is put into the cache of preferences, a moment later, on one node. */
@Component
class PreferencesWriter implements CacheWriter<String, Preferences> {

	private final JdbcClient jdbc;

	PreferencesWriter(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	public String cacheName() {
		return PreferencesController.CACHE;
	}

	@Override
	public void write(String buyer, Preferences preferences) {
		this.jdbc
			.sql("merge into preferences (buyer, city, newsletter) key (buyer) values (:buyer, :city, :newsletter)")
			.param("buyer", buyer)
			.param("city", preferences.city())
			.param("newsletter", preferences.newsletter())
			.update();
	}

	@Override
	public void delete(String buyer) {
		this.jdbc.sql("delete from preferences where buyer = :buyer").param("buyer", buyer).update();
	}

}
