package io.github.redispatterns.devservices;

import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;

@ParameterizedClass
@EnumSource(names = { "SENTINEL", "CLUSTER" })
class ReplicatedRedisTests {

	private static final Duration BOUND = Duration.ofSeconds(30);

	@Parameter
	@SuppressWarnings("NullAway.Init")
	private Topology topology;

	@SuppressWarnings("NullAway.Init")
	private ReplicatedRedis redis;

	@SuppressWarnings("NullAway.Init")
	private LettuceConnectionFactory factory;

	@SuppressWarnings("NullAway.Init")
	private StringRedisTemplate template;

	@BeforeEach
	void connect() {
		this.redis = (ReplicatedRedis) this.topology.shared();
		this.factory = this.redis.connectionFactory();
		this.template = new StringRedisTemplate(this.factory);
	}

	@AfterEach
	void disconnect() {
		this.factory.destroy();
		this.redis.heal();
		this.redis.flush();
	}

	@Test
	void mastersAndReplicasChangePlacesAndKeepTheData() {
		this.template.opsForValue().set("a", "value");
		List<RedisServer> before = this.redis.masters();
		this.redis.failover();
		assertThat(this.redis.masters()).hasSameSizeAs(before).doesNotContainAnyElementsOf(before);
		Awaitility.await()
			.atMost(BOUND)
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(this.template.opsForValue().get("a")).isEqualTo("value"));
	}

	@Test
	void lettuceFollowsToTheNewMaster() {
		RedisServer old = this.redis.masterOf("a");
		RedisServer replica = this.redis.replicaOf(old);
		assertThat(this.redis.failover(old)).isSameAs(replica);
		Awaitility.await()
			.atMost(BOUND)
			.ignoreExceptions()
			.untilAsserted(() -> this.template.opsForValue().set("a", "after"));
		assertThat(this.redis.masterOf("a")).isSameAs(replica);
		assertThat(replica.command("GET", "a")).isEqualTo("after");
	}

	@Test
	void replicaTakesThePlaceOfAKilledMasterWhichComesBackAsReplica() {
		RedisServer old = this.redis.masterOf("a");
		RedisServer master = this.redis.crash(old);
		assertThat(old.isAlive()).isFalse();
		assertThat(this.redis.masterOf("a")).isSameAs(master).isNotSameAs(old);
		Awaitility.await()
			.atMost(BOUND)
			.ignoreExceptions()
			.untilAsserted(() -> this.template.opsForValue().set("a", "after"));
		this.redis.heal();
		assertThat(this.redis.replicaOf(master)).isSameAs(old);
		assertThat(master.command("GET", "a")).isEqualTo("after");
		assertThat(old.command("DBSIZE")).isEqualTo(master.command("DBSIZE"));
	}

	@Test
	void healsFromAnythingAtOnce() {
		this.redis.servers().get(0).pause();
		this.redis.servers().get(1).kill();
		this.redis.heal();
		assertThat(this.redis.servers()).allMatch((server) -> server.endpoint().answers());
		this.redis.masterOf("a").command("SET", "a", "value");
	}

}
