package io.github.redispatterns.sample;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(TwoShops.Running.class)
class ActuatorTests {

	private final Visitor operator = Visitor.stranger();

	@Test
	void healthTellsOfRedis(TwoShops shops) {
		JsonNode health = this.operator.read(shops.a(), "/actuator/health").at("/components/redisPatterns");
		assertThat(health.path("status").asString()).isEqualTo("UP");
		assertThat(health.at("/details/breaker").asString()).isEqualTo("closed");
	}

	@Test
	void eachPatternTellsHowItIsSet(TwoShops shops) {
		JsonNode patterns = this.operator.read(shops.a(), "/actuator/redispatterns").path("patterns");
		assertThat(patterns.propertyNames()).containsAll(List.of("cache", "lock", "pubsub", "rate-limit", "session"));
		assertThat(patterns.at("/session/settings").asString()).isEqualTo("timeout 30m");
	}

	@Test
	void operationsAreTimed(TwoShops shops) {
		Visitor.loggedIn(shops.a(), "observed");
		JsonNode saves = this.operator.read(shops.a(),
				"/actuator/metrics/redis.patterns.session.save?tag=outcome:saved");
		assertThat(saves.at("/measurements/0/value").asLong()).isPositive();
	}

}
