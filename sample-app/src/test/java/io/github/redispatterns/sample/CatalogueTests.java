package io.github.redispatterns.sample;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.cache.TypedCache;
import io.github.redispatterns.cache.TypedCacheManager;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(TwoShops.Running.class)
class CatalogueTests {

	@Test
	void oneNodeReadsTheDatabaseForAll(TwoShops shops) {
		Visitor visitor = Visitor.stranger();
		visitor.delete(shops.a(), "/api/events/cache");
		JsonNode first = visitor.read(shops.a(), "/api/events");
		JsonNode second = visitor.read(shops.b(), "/api/events");
		assertThat(first.path("source").asString()).isEqualTo("database");
		assertThat(second.path("source").asString()).isEqualTo("cache");
		assertThat(second.path("events")).isEqualTo(first.path("events")).hasSize(4);
	}

	@Test
	void emptyingTheCacheCountsOnEveryNode(TwoShops shops) {
		Visitor visitor = Visitor.stranger();
		visitor.get(shops.a(), "/api/events");
		assertThat(visitor.delete(shops.b(), "/api/events/cache").statusCode()).isEqualTo(204);
		Awaitility.await().until(() -> source(visitor, shops.a()).equals("database"));
	}

	@Test
	void aVenueEmptiesWhatShowsItAndNothingElse(TwoShops shops) {
		Visitor visitor = Visitor.stranger();
		visitor.get(shops.a(), "/api/events");
		visitor.delete(shops.a(), "/api/events/cache?venue=Elsewhere");
		assertThat(source(visitor, shops.a())).isEqualTo("cache");
		visitor.delete(shops.a(), "/api/events/cache?venue=Harbour%20Stage,%20Rotterdam");
		assertThat(source(visitor, shops.a())).isEqualTo("database");
	}

	@Test
	void isKeptInTheJvmToo(TwoShops shops) {
		Visitor visitor = Visitor.stranger();
		TypedCache events = shops.a().bean(TypedCacheManager.class).getCache("events");
		Awaitility.await().until(() -> {
			visitor.get(shops.a(), "/api/events");
			return events.statistics().count(Event.NEAR_HIT) > 0;
		});
	}

	@Test
	void anEntryCanBeExplained(TwoShops shops) {
		Visitor visitor = Visitor.stranger();
		visitor.get(shops.a(), "/api/events");
		JsonNode entry = visitor.read(shops.b(), "/actuator/rediscaches/events?key=all");
		assertThat(entry.path("verdict").asString()).isEqualTo("fresh");
		assertThat(entry.path("tags")).hasSize(4);
	}

	private static String source(Visitor visitor, Shop shop) {
		return visitor.read(shop, "/api/events").path("source").asString();
	}

}
