package io.github.redispatterns.devservices.junit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.devservices.RedisTopology;
import io.github.redispatterns.devservices.Topology;

import static org.assertj.core.api.Assertions.assertThat;

class RedisTestTests {

	@Test
	void sharesOneServerAndHealsIt() {
		run(Faulty.class).assertStatistics((count) -> count.succeeded(2));
		assertThat(Topology.STANDALONE.shared().servers().get(0).isAlive()).isTrue();
	}

	@Test
	void emptiesItBeforeEachTest() {
		run(Tidy.class).assertStatistics((count) -> count.succeeded(2));
	}

	@Test
	void failsTheTestThatLeavesAKeyForEver() {
		assertThat(run(Careless.class).failed().stream()).singleElement()
			.extracting((failed) -> failed.getPayload().toString())
			.asString()
			.contains("for-ever")
			.doesNotContain("known");
	}

	@Test
	void failsTheClassThatLeavesAKeyForEverInTheEnd() {
		Events classes = EngineTestKit.engine("junit-jupiter")
			.selectors(DiscoverySelectors.selectClass(CarelessInTheEnd.class))
			.execute()
			.containerEvents();
		assertThat(classes.failed().stream()).singleElement()
			.extracting((failed) -> failed.getPayload().toString())
			.asString()
			.contains("at-the-end");
	}

	private static Events run(Class<?> test) {
		return EngineTestKit.engine("junit-jupiter")
			.selectors(DiscoverySelectors.selectClass(test))
			.execute()
			.testEvents();
	}

	@RedisTest
	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	static class Faulty {

		@Test
		@Order(1)
		void kills(RedisServer server, RedisTopology redis) {
			assertThat(server).isSameAs(redis.servers().get(0));
			server.kill();
		}

		@Test
		@Order(2)
		void findsItAlive(LettuceConnectionFactory factory) {
			try (RedisConnection connection = factory.getConnection()) {
				assertThat(connection.ping()).isEqualTo("PONG");
			}
		}

	}

	@RedisTest
	static class Tidy {

		@RepeatedTest(2)
		void findsNothing(RedisServer server) {
			assertThat(server.command("DBSIZE")).isEqualTo(0L);
			server.command("SET", "left", "a", "EX", "60");
		}

	}

	@RedisTest
	static class CarelessInTheEnd {

		@Test
		void isTidy() {
		}

		@AfterAll
		static void leavesAKey(RedisServer server) {
			server.command("SET", "at-the-end", "a");
		}

	}

	@RedisTest(livingForEver = "known:*")
	static class Careless {

		@Test
		void leavesKeys(RedisServer server) {
			server.command("SET", "known:1", "a");
			server.command("SET", "for-ever", "b");
		}

	}

}
