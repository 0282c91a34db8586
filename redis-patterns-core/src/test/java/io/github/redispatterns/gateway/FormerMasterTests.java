package io.github.redispatterns.gateway;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.devservices.junit.RedisTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@RedisTest
class FormerMasterTests {

	private final Timers timers = new Timers();

	private final RedisServer server;

	private final RedisGateway gateway;

	FormerMasterTests(RedisServer server, LettuceConnectionFactory factory) {
		this.server = server;
		this.gateway = new RedisGateway(factory, Duration.ofSeconds(10), this.timers);
	}

	@AfterEach
	void close() {
		this.server.command("REPLICAOF", "NO", "ONE");
		this.gateway.stop();
		this.timers.close();
	}

	@Test
	void isLeftByWhoMustWrite() {
		long before = connection();
		this.server.command("REPLICAOF", "127.0.0.1", "1");
		assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(this::write)
			.withMessageContaining("READONLY");
		Awaitility.await().untilAsserted(() -> assertThat(connection()).isNotEqualTo(before));
		this.server.command("REPLICAOF", "NO", "ONE");
		write();
	}

	@Test
	void isNotLeftByWhoReads() {
		long before = connection();
		this.server.command("REPLICAOF", "127.0.0.1", "1");
		byte[] key = RedisGateway.utf8("k");
		assertThat(this.gateway.await(this.gateway.<Long>command((redis) -> redis.exists(key)))).isZero();
		assertThat(connection()).isEqualTo(before);
	}

	private void write() {
		this.gateway.await(this.gateway.command((redis) -> redis.psetex(RedisGateway.utf8("k"), 60_000, new byte[1])));
	}

	private long connection() {
		return this.gateway.await(this.gateway.command((redis) -> redis.clientId()));
	}

}
