package io.github.redispatterns.devservices;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TcpProxyTests {

	private static final Duration BOUND = Duration.ofSeconds(20);

	private final RedisServer server = Topology.STANDALONE.shared().servers().get(0);

	private final TcpProxy network = TcpProxy.to(this.server);

	private final RedisClient client = RedisClient.create(this.network.url());

	private final StatefulRedisConnection<String, String> connection = this.client.connect();

	@BeforeEach
	void flush() {
		this.server.flush();
		this.server.command("CONFIG", "RESETSTAT");
	}

	@AfterEach
	void end() {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		this.network.close();
	}

	@Test
	void carriesEverythingInOrder() {
		String big = "x".repeat(2_000_000);
		List<RedisFuture<String>> echoes = IntStream.range(0, 20)
			.mapToObj((i) -> this.connection.async().echo(i + big))
			.toList();
		for (int i = 0; i < echoes.size(); i++) {
			assertThat(echoes.get(i).toCompletableFuture().join()).isEqualTo(i + big);
		}
	}

	@Test
	void delaysEachWayAndKeepsTheOrder() {
		long start = System.nanoTime();
		this.network.delayToServer(Duration.ofMillis(60));
		this.network.delayToClient(Duration.ofMillis(60));
		List<RedisFuture<Long>> counts = IntStream.range(0, 100)
			.mapToObj((i) -> this.connection.async().incr("count"))
			.toList();
		assertThat(counts.stream().map((count) -> count.toCompletableFuture().join()))
			.containsExactlyElementsOf(IntStream.rangeClosed(1, 100).mapToObj(Long::valueOf).toList());
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(120));
	}

	@Test
	void keepsTheOrderWhenTheDelayEnds() {
		this.network.delayToServer(Duration.ofMillis(300));
		List<RedisFuture<Long>> slow = IntStream.range(0, 10)
			.mapToObj((i) -> this.connection.async().incr("count"))
			.toList();
		this.network.restore();
		assertThat(this.connection.async().incr("count").toCompletableFuture()).succeedsWithin(BOUND).isEqualTo(11L);
		assertThat(slow).allMatch(RedisFuture::isDone);
	}

	@Test
	void holdsBackWhatClientsSay() {
		this.network.blackholeToServer();
		CompletableFuture<Long> count = this.connection.async().incr("count").toCompletableFuture();
		assertThat(this.server.command("EXISTS", "count")).isEqualTo(0L);
		assertThat(count).isNotCompleted();
		this.network.restore();
		assertThat(count).succeedsWithin(BOUND).isEqualTo(1L);
	}

	@Test
	void holdsBackWhatTheServerSays() {
		this.network.blackholeToClient();
		CompletableFuture<Long> count = this.connection.async().incr("count").toCompletableFuture();
		Awaitility.await().until(() -> "1".equals(this.server.command("GET", "count")));
		assertThat(count).isNotCompleted();
		this.network.restore();
		assertThat(count).succeedsWithin(BOUND).isEqualTo(1L);
	}

	@Test
	void acceptsAndSilencesNewConnections() {
		this.network.blackholeToClient();
		CompletableFuture<?> connected = CompletableFuture.runAsync(() -> this.client.connect().close());
		Awaitility.await().until(() -> this.network.connections() == 2);
		assertThat(connected).isNotCompleted();
		this.network.restore();
		assertThat(connected).succeedsWithin(BOUND);
	}

	@Test
	void cutsAndLetsClientsComeBack() {
		this.network.cut();
		Awaitility.await().until(() -> this.connection.sync().incr("count") > 0);
		this.network.reset();
		Awaitility.await().ignoreExceptions().until(() -> this.connection.sync().incr("count") > 1);
	}

	@Test
	void refusesNewConnectionsUntilItIsRestored() {
		this.network.refuse();
		assertThat(this.connection.sync().ping()).as("over the connection there is").isEqualTo("PONG");
		assertThatExceptionOfType(RedisConnectionException.class).isThrownBy(this.client::connect);
		this.network.restore();
		this.client.connect().close();
	}

	@Test
	void losesTheAnswerToWhatIsDone() {
		this.connection.setTimeout(BOUND);
		this.network.cutReplyAfter(0);
		RedisFuture<Long> lost = this.connection.async().incr("count");
		Awaitility.await().until(() -> Long.parseLong(String.valueOf(this.server.command("GET", "count"))) > 0);
		// The driver sends again what it had no answer to: at least once.
		assertThat(lost.toCompletableFuture()).succeedsWithin(BOUND).isEqualTo(2L);
	}

	@Test
	void cutsInTheMiddleOfAnAnswer() {
		this.connection.setTimeout(BOUND);
		String big = "x".repeat(100_000);
		this.server.command("SET", "big", big);
		this.network.cutReplyAfter(5_000);
		RedisFuture<String> answer = this.connection.async().get("big");
		assertThat(answer.toCompletableFuture()).succeedsWithin(BOUND).isEqualTo(big);
		assertThat(String.valueOf(this.server.command("INFO", "commandstats"))).contains("cmdstat_get:calls=2,");
	}

}
