package io.github.redispatterns.sample;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

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
		assertThat(visitor.read(shops.a(), "/api/events").path("source").asString()).isEqualTo("database");
	}

}
