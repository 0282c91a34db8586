package io.github.redispatterns.gateway;

import java.time.Duration;
import java.util.List;

import io.lettuce.core.ReadFrom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.devservices.ReplicatedRedis;
import io.github.redispatterns.devservices.SentinelRedis;
import io.github.redispatterns.devservices.Topology;

import static org.assertj.core.api.Assertions.assertThat;

/** An application that is set to read from replicas. */
@ParameterizedClass
@EnumSource
class ReplicaTests {

	private static final int READS = 10;

	@Parameter
	@SuppressWarnings("NullAway.Init")
	private Servers servers;

	private final Timers timers = new Timers();

	@SuppressWarnings("NullAway.Init")
	private ReplicatedRedis redis;

	@SuppressWarnings("NullAway.Init")
	private LettuceConnectionFactory factory;

	@SuppressWarnings("NullAway.Init")
	private RedisGateway gateway;

	@BeforeEach
	void connect() {
		this.redis = (ReplicatedRedis) this.servers.topology.shared();
		this.redis.heal();
		this.factory = new LettuceConnectionFactory(this.servers.configuration(this.redis),
				LettuceClientConfiguration.builder().readFrom(ReadFrom.REPLICA).build());
		this.factory.afterPropertiesSet();
		this.factory.start();
		this.gateway = new RedisGateway(this.factory, Duration.ofSeconds(10), this.timers);
	}

	@AfterEach
	void disconnect() {
		this.gateway.stop();
		this.factory.destroy();
		this.timers.close();
		this.redis.flush();
	}

	@Test
	void leavesTheReadsOfTheApplicationWhereTheyAre() {
		readThroughGateway();
		StringRedisTemplate template = new StringRedisTemplate(this.factory);
		assertThat(readsOfMasters(() -> read(() -> template.opsForValue().get("a")))).isZero();
	}

	@Test
	void readsFromMasters() {
		readThroughGateway();
		assertThat(readsOfMasters(this::readThroughGateway)).isEqualTo(READS);
	}

	@Test
	void readsFromMastersOverConnectionsForOnePurpose() {
		DedicatedConnection connection = this.gateway.open("reader");
		assertThat(readsOfMasters(
				() -> read(() -> connection.commands().get(RedisGateway.utf8("a")).toCompletableFuture().join())))
			.isEqualTo(READS);
		connection.close();
	}

	@Test
	void namesConnectionsForOnePurposeAndEndsThem() {
		DedicatedConnection connection = this.gateway.open("purpose");
		connection.commands().get(RedisGateway.utf8("a")).toCompletableFuture().join();
		assertThat(clients()).anyMatch((list) -> list.contains("name=purpose"));
		this.gateway.stop();
		assertThat(connection.isOpen()).isFalse();
	}

	private List<String> clients() {
		return this.redis.masters().stream().map((master) -> String.valueOf(master.command("CLIENT", "LIST"))).toList();
	}

	private void readThroughGateway() {
		read(() -> this.gateway.await(this.gateway.command((commands) -> commands.get(RedisGateway.utf8("a")))));
	}

	private static void read(Runnable read) {
		for (int i = 0; i < READS; i++) {
			read.run();
		}
	}

	private long readsOfMasters(Runnable reads) {
		List<RedisServer> masters = this.redis.masters();
		masters.forEach((master) -> master.command("CONFIG", "RESETSTAT"));
		reads.run();
		return masters.stream().mapToLong(ReplicaTests::reads).sum();
	}

	private static long reads(RedisServer server) {
		return String.valueOf(server.command("INFO", "commandstats"))
			.lines()
			.filter((line) -> line.startsWith("cmdstat_get:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("^[^=]+=(\\d+),.*", "$1")))
			.sum();
	}

	/** How the application names its servers. */
	enum Servers {

		SENTINELS(Topology.SENTINEL) {

			@Override
			RedisConfiguration configuration(ReplicatedRedis redis) {
				SentinelRedis watched = (SentinelRedis) redis;
				RedisSentinelConfiguration configuration = new RedisSentinelConfiguration()
					.master(watched.masterName());
				watched.sentinels().forEach((sentinel) -> configuration.sentinel(sentinel.host(), sentinel.port()));
				return configuration;
			}

		},

		MASTER_AND_REPLICA(Topology.SENTINEL) {

			@Override
			RedisConfiguration configuration(ReplicatedRedis redis) {
				RedisServer master = redis.masters().get(0);
				RedisServer replica = redis.replicaOf(master);
				RedisStaticMasterReplicaConfiguration configuration = new RedisStaticMasterReplicaConfiguration(
						replica.host(), replica.port());
				configuration.addNode(master.host(), master.port());
				return configuration;
			}

		},

		CLUSTER(Topology.CLUSTER) {

			@Override
			RedisConfiguration configuration(ReplicatedRedis redis) {
				return new RedisClusterConfiguration(
						redis.servers().stream().map((server) -> server.host() + ":" + server.port()).toList());
			}

		};

		private final Topology topology;

		Servers(Topology topology) {
			this.topology = topology;
		}

		abstract RedisConfiguration configuration(ReplicatedRedis redis);

	}

}
