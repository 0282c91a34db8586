package io.github.redispatterns.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.test.Redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A server of its own that stops in the middle of its work and goes on later. */
class FrozenRedisTests {

	private static final LuaScript<Long> COUNT = LuaScript.integer("test/count");

	private final RedisServer server = DevRedis.start();

	private final LettuceConnectionFactory factory = Redis.connect(this.server.host(), this.server.port());

	private final Timers timers = new Timers();

	private final RedisGateway gateway = new RedisGateway(this.factory, Duration.ofMillis(200), this.timers);

	private String processId = "";

	@BeforeEach
	void connect() {
		this.processId = this.gateway.await(this.gateway.command((redis) -> redis.info("server")))
			.replaceAll("(?s).*process_id:(\\d+).*", "$1");
		count();
	}

	@AfterEach
	void close() throws Exception {
		signal("CONT");
		this.gateway.stop();
		this.factory.destroy();
		this.timers.close();
		this.server.close();
	}

	@Test
	void namesCallAndDeadline() throws Exception {
		signal("STOP");
		assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(this::count)
			.withMessageContaining("test/count.lua")
			.withMessageContaining("PT0.2S");
	}

	@Test
	void answersEveryCallerAndGoesOnWhenRedisDoes() throws Exception {
		signal("STOP");
		List<CompletableFuture<Long>> calls = IntStream.range(0, 64)
			.parallel()
			.boxed()
			.flatMap((caller) -> Stream.generate(this::send).limit(10))
			.toList();
		assertThat(calls).allSatisfy((call) -> assertThat(call).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.withCauseInstanceOf(RedisUnavailableException.class));
		assertThat(this.gateway.breaker().isOpen()).isTrue();
		assertThat(send()).as("while the breaker is open").isCompletedExceptionally();
		signal("CONT");
		Awaitility.await().until(() -> !this.gateway.breaker().isOpen());
		assertThat(count()).isPositive();
	}

	@Test
	void sendsPastTheOpenBreakerWhatMustBeTried() throws Exception {
		count();
		signal("STOP");
		Awaitility.await().until(() -> {
			send().exceptionally((failure) -> 0L).join();
			return this.gateway.breaker().isOpen();
		});
		CompletableFuture<Long> release = this.gateway.withTimeout(Duration.ofSeconds(30))
			.pastBreaker()
			.execute(COUNT, List.of("frozen:{release}"))
			.toCompletableFuture();
		signal("CONT");
		assertThat(release).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(1L);
	}

	private CompletableFuture<Long> send() {
		return this.gateway.execute(COUNT, List.of("frozen:{a}")).toCompletableFuture();
	}

	private Long count() {
		return this.gateway.await(send());
	}

	private void signal(String name) throws IOException, InterruptedException {
		int exit = new ProcessBuilder("kill", "-" + name, this.processId).start().waitFor();
		assertThat(exit).isZero();
	}

}
