package io.github.redispatterns.gateway;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import io.lettuce.core.ClientOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.devservices.TcpProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Redis that works, behind a network that does not, with the driver as the starter sets
 * it: what was on its way when the connection broke is not sent again.
 */
class BrokenNetworkTests {

	private static final LuaScript<Long> COUNT = LuaScript.integer("test/count");

	private static final String KEY = "broken-network:{a}";

	private static final String VALUE = "broken-network:{b}";

	private static final Duration DEADLINE = Duration.ofMillis(200);

	private static final Duration OUTAGE = Duration.ofSeconds(5);

	private static final Duration RECOVERY = Duration.ofSeconds(2);

	private final RedisServer server = DevRedis.shared();

	private final TcpProxy network = TcpProxy.to(this.server);

	private final LettuceConnectionFactory factory = connect(this.network);

	private final Timers timers = new Timers();

	private final RedisGateway gateway = new RedisGateway(this.factory, DEADLINE, this.timers);

	private static LettuceConnectionFactory connect(TcpProxy network) {
		ClientOptions options = ClientOptions.builder()
			.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
			.build();
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration(network.host(), network.port()),
				LettuceClientConfiguration.builder().clientOptions(options).build());
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	@BeforeEach
	void begin() {
		this.server.command("DEL", KEY);
		this.gateway.await(count());
	}

	@AfterEach
	void close() {
		this.network.restore();
		this.gateway.stop();
		this.factory.destroy();
		this.timers.close();
		this.network.close();
	}

	@Test
	void goesOnOverTheSameConnectionAfterABlackHole() {
		long connection = connection();
		this.network.blackholeToServer();
		this.network.blackholeToClient();
		long sent = callUntilTheBreakerOpens();
		callFor(OUTAGE);
		this.network.restore();
		awaitRecovery();
		assertThat(connection()).isEqualTo(connection);
		assertThat(this.network.connections()).isEqualTo(1);
		assertThat(counted()).as("what arrives late").isLessThanOrEqualTo(1 + sent + 1);
	}

	@Test
	void connectsOnceIntoABlackHole() {
		this.network.blackholeToServer();
		this.network.blackholeToClient();
		this.network.reset();
		callUntilTheBreakerOpens();
		callFor(OUTAGE);
		assertThat(this.network.connections()).isLessThanOrEqualTo(1);
		this.network.restore();
		awaitRecovery();
		assertThat(this.network.connections()).isEqualTo(1);
	}

	@Test
	void findsBackAfterItWasRefused() {
		this.network.refuse();
		this.network.cut();
		callUntilTheBreakerOpens();
		this.network.restore();
		awaitRecovery();
	}

	@Test
	void answersAllWhoseReplyIsSlowWhenTheConnectionIsCut() {
		RedisGateway patient = this.gateway.withTimeout(RECOVERY.multipliedBy(2));
		this.network.delayToClient(RECOVERY);
		List<CompletableFuture<Long>> calls = IntStream.range(0, 50).mapToObj((i) -> count(patient)).toList();
		Awaitility.await().until(() -> counted() == 1 + calls.size());
		assertThat(calls).noneMatch(CompletableFuture::isDone);
		this.network.cut();
		this.network.restore();
		assertThat(calls).allSatisfy(BrokenNetworkTests::endsAsOutage);
		awaitRecovery();
		assertThat(counted()).as("nothing is carried out twice").isEqualTo(1 + calls.size() + 1);
	}

	@Test
	void endsConnectionsForOnePurposeThatAreLost() {
		this.gateway.open("purpose");
		assertThat(this.network.connections()).isEqualTo(2);
		this.network.refuse();
		this.network.reset();
		Awaitility.await().until(() -> this.network.connections() == 0);
		this.gateway.stop();
		this.network.restore();
		Awaitility.await().atMost(OUTAGE).during(RECOVERY).until(() -> this.network.connections() <= 1);
	}

	@Test
	void takesHalfAnAnswerForNone() {
		String value = "x".repeat(100_000);
		this.server.command("SET", VALUE, value, "EX", "60");
		this.network.cutReplyAfter(50_000);
		endsAsOutage(value().toCompletableFuture());
		awaitRecovery();
		assertThat(this.gateway.await(value())).isEqualTo(RedisGateway.utf8(value));
	}

	private static void endsAsOutage(CompletableFuture<?> call) {
		assertThat(call).failsWithin(RECOVERY.multipliedBy(5))
			.withThrowableThat()
			.withCauseInstanceOf(RedisUnavailableException.class);
	}

	private long callUntilTheBreakerOpens() {
		long calls = 0;
		while (!this.gateway.breaker().isOpen()) {
			count().exceptionally((failure) -> 0L).join();
			calls++;
		}
		return calls;
	}

	private void callFor(Duration time) {
		Awaitility.await()
			.atMost(time.multipliedBy(2))
			.during(time)
			.until(() -> count().handle((count, failure) -> failure != null).join());
	}

	private void awaitRecovery() {
		Awaitility.await().atMost(RECOVERY).until(() -> count().handle((count, failure) -> failure == null).join());
	}

	private CompletableFuture<Long> count() {
		return count(this.gateway);
	}

	private static CompletableFuture<Long> count(RedisGateway gateway) {
		return gateway.execute(COUNT, List.of(KEY)).toCompletableFuture();
	}

	private CompletionStage<byte[]> value() {
		return this.gateway.command((redis) -> redis.get(RedisGateway.utf8(VALUE)));
	}

	private long connection() {
		return this.gateway.await(this.gateway.command((redis) -> redis.clientId()));
	}

	private long counted() {
		return Long.parseLong(String.valueOf(this.server.command("GET", KEY)));
	}

}
