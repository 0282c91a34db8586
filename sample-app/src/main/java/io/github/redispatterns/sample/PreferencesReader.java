package io.github.redispatterns.sample;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import io.github.redispatterns.cache.CacheLoader;

/** Reads what the cache of preferences does not have. */
@Component
class PreferencesReader implements CacheLoader<String, Preferences> {

	private final JdbcClient jdbc;

	PreferencesReader(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	public String cacheName() {
		return PreferencesController.CACHE;
	}

	@Override
	public @Nullable Preferences load(String buyer) {
		return this.jdbc.sql("select city, newsletter from preferences where buyer = :buyer")
			.param("buyer", buyer)
			.query(Preferences.class)
			.optional()
			.orElse(null);
	}

}
