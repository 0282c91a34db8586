package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.RedisGateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class QuorumLocksTests {

	private static final List<RedisServer> SERVERS = List.of(DevRedis.start(), DevRedis.start(), DevRedis.start(),
			DevRedis.start(), DevRedis.start());

	private static final Duration LONG = Duration.ofSeconds(20);

	private final List<LockNode> nodes = new ArrayList<>();

	private final QuorumLocks here = locks("here");

	private final QuorumLocks there = locks("there");

	@AfterEach
	void close() {
		SERVERS.forEach(QuorumLocksTests::heal);
		this.nodes.forEach(LockNode::close);
		SERVERS.forEach(RedisServer::flush);
	}

	@AfterAll
	static void stop() {
		SERVERS.forEach(RedisServer::close);
	}

	@Test
	void isHeldByOneAtATime() {
		LockHandle held = this.here.get("one").acquire(LONG);
		assertThat(this.there.get("one").tryAcquire()).isEmpty();
		assertThat(this.there.get("one").holder())
			.hasValueSatisfying((holder) -> assertThat(holder.node()).isEqualTo("here"));
		CompletableFuture<Optional<LockHandle>> waiting = this.there.get("one")
			.tryAcquireAsync(LONG)
			.toCompletableFuture();
		assertThat(held.release()).isTrue();
		assertThat(waiting).succeedsWithin(LONG)
			.satisfies((next) -> assertThat(next.orElseThrow().fencingToken()).isGreaterThan(held.fencingToken()));
	}

	@Test
	void survivesAMinorityOfItsServers() {
		LockHandle held = this.here.get("minority")
			.with(LockSettings.ofDefaults().withLease(Duration.ofSeconds(2)))
			.acquire(LONG);
		awaitAll("minority");
		SERVERS.get(0).kill();
		SERVERS.get(1).pause();
		Awaitility.await().during(Duration.ofSeconds(3)).atMost(LONG).until(held::isValid);
		assertThat(this.there.get("minority").tryAcquire()).isEmpty();
		assertThat(held.release()).isTrue();
		assertThat(this.there.get("minority").acquire(LONG).fencingToken()).isGreaterThan(held.fencingToken());
	}

	@Test
	void isNotToBeHadFromAMinority() {
		this.here.get("majority").acquire(LONG).release();
		SERVERS.subList(0, 3).forEach(RedisServer::pause);
		assertThatExceptionOfType(RedisUnavailableException.class)
			.isThrownBy(() -> this.here.get("majority").tryAcquire());
		SERVERS.subList(0, 3).forEach(RedisServer::resume);
		Awaitility.await().atMost(LONG).until(() -> this.there.get("majority").tryAcquire(LONG).isPresent());
	}

	@Test
	void leavesNothingOfAMinorityBehind() {
		SERVERS.subList(0, 3)
			.forEach((server) -> server.command("SET", "locks:{taken}", "other.1/other", "PX", "60000"));
		assertThat(this.here.get("taken").tryAcquire()).isEmpty();
		Awaitility.await()
			.until(() -> SERVERS.subList(3, 5)
				.stream()
				.allMatch((server) -> Long.valueOf(0).equals(server.command("EXISTS", "locks:{taken}"))));
	}

	@Test
	void givesItselfBackToAServerThatForgot() {
		LockHandle held = this.here.get("topped")
			.with(LockSettings.ofDefaults().withLease(Duration.ofSeconds(2)))
			.acquire(LONG);
		awaitAll("topped");
		SERVERS.get(4).flush();
		Awaitility.await()
			.atMost(LONG)
			.until(() -> Long.valueOf(1).equals(SERVERS.get(4).command("EXISTS", "locks:{topped}")));
		assertThat(held.isValid()).isTrue();
	}

	@Test
	void isLostWithTheMajority() {
		LockHandle held = this.here.get("lost")
			.with(LockSettings.ofDefaults().withLease(Duration.ofSeconds(3)))
			.acquire(LONG);
		awaitAll("lost");
		SERVERS.subList(0, 3).forEach((server) -> server.command("DEL", "locks:{lost}"));
		Awaitility.await().atMost(LONG).until(() -> held.state() == LockState.LOST);
	}

	@Test
	void refusesServersThatHaveNoMajority() {
		List<RedisGateway> two = this.nodes.stream().limit(2).map(LockNode::gateway).toList();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new QuorumLocks(two, LockNode.KEYS, "node", LockSettings.ofDefaults(), Runnable::run))
			.withMessageContaining("there are 2");
	}

	private static void heal(RedisServer server) {
		server.resume();
		if (!server.isAlive()) {
			server.restart();
		}
	}

	// A majority is enough to go on: the others may come later.
	private static void awaitAll(String name) {
		Awaitility.await()
			.until(() -> SERVERS.stream()
				.allMatch((server) -> Long.valueOf(1).equals(server.command("EXISTS", "locks:{" + name + "}"))));
	}

	private QuorumLocks locks(String name) {
		List<RedisGateway> gateways = SERVERS.stream().map(LockNode::at).map((node) -> {
			this.nodes.add(node);
			return node.gateway();
		}).toList();
		return new QuorumLocks(gateways, LockNode.KEYS, name, LockSettings.ofDefaults(), ForkJoinPool.commonPool());
	}

}
