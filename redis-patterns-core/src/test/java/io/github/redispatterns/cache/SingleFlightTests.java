package io.github.redispatterns.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.lettuce.core.SetArgs;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** One load for all who want the same value at the same time. */
@ExtendWith(RedisExtension.class)
class SingleFlightTests {

	private static final Duration LEASE = Duration.ofSeconds(1);

	private static final int CROWD = 200;

	private final AtomicInteger callers = new AtomicInteger();

	private final Redis redis;

	private final AtomicInteger loads = new AtomicInteger();

	private final CountDownLatch go = new CountDownLatch(1);

	SingleFlightTests(Redis redis) {
		this.redis = redis;
	}

	@AfterEach
	void letGo() {
		this.go.countDown();
	}

	@Test
	void loadsOnceForManyNodes() throws Exception {
		releaseWhenLoading();
		assertThat(crowdOfNodes("cold")).containsOnly("loaded");
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void loadsOnceMoreForManyNodesWhenTheOneThatLoadsDies() throws Exception {
		leave(key("cold-dead"), Duration.ofMillis(300));
		releaseWhenLoading();
		assertThat(crowdOfNodes("cold-dead")).containsOnly("loaded");
		assertThat(this.loads).hasValue(1);
	}

	private List<String> crowdOfNodes(String key) throws Exception {
		TypedCache[] nodes = IntStream.range(0, 10).mapToObj((i) -> node()).toArray(TypedCache[]::new);
		AtomicInteger next = new AtomicInteger();
		return Nodes.crowd(1_000, () -> nodes[next.getAndIncrement() % 10].get(key, this::slow));
	}

	private void releaseWhenLoading() {
		CompletableFuture.runAsync(() -> {
			Awaitility.await().until(() -> this.loads.get() == 1);
			this.go.countDown();
		});
	}

	@Test
	void loadsOnceForManyNodesOfFutures() throws Exception {
		TypedCache[] nodes = { node(), node() };
		AtomicInteger next = new AtomicInteger();
		CompletableFuture<String> source = new CompletableFuture<>();
		CompletableFuture.runAsync(() -> {
			Awaitility.await().until(() -> this.loads.get() == 1);
			source.complete("loaded");
		});
		assertThat(Nodes.crowd(50, () -> nodes[next.getAndIncrement() % 2].retrieve("cold-future", () -> {
			this.loads.incrementAndGet();
			return source;
		}).join())).containsOnly("loaded");
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void sendsThreeCommandsForACrowd() {
		TypedCache cache = nodeThatRenewsNothing();
		cache.get("warm", () -> "up");
		Map<String, Long> commands = this.redis.commandsDuring(() -> {
			releaseWhenCrowded();
			crowd(() -> cache.get("counted", this::slow));
		});
		assertThat(commands).containsEntry("evalsha", 2L).doesNotContainKey("mget");
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void sendsFewCommandsForACrowdOnManyNodes() {
		List<TypedCache> nodes = IntStream.range(0, 3).mapToObj((i) -> nodeThatRenewsNothing()).toList();
		letWait(nodes);
		AtomicInteger next = new AtomicInteger();
		long begin = System.nanoTime();
		Map<String, Long> commands = this.redis.commandsDuring(() -> {
			releaseWhenCrowded();
			crowd(() -> nodes.get(next.getAndIncrement() % 3).get("few", this::slow));
		});
		assertThat(this.loads).hasValue(1);
		// Three nodes ask, one fills, two fetch it; and those who wait look four times a
		// second.
		long looks = 2 * (Duration.ofNanos(System.nanoTime() - begin).toMillis() / 250 + 1);
		assertThat(commands.get("evalsha")).isLessThanOrEqualTo(6 + looks);
		assertThat(commands).doesNotContainKey("mget");
	}

	@Test
	void takesOverFromANodeThatDied() {
		TypedCache cache = node();
		leave(key("dead"), Duration.ofSeconds(1));
		assertThat(cache.get("dead", () -> "taken over")).isEqualTo("taken over");
		assertThat(cache.statistics().count(Event.LEASE_WAIT)).isPositive();
	}

	@Test
	void keepsTheLeaseOfALongLoad() {
		TypedCache slow = node();
		TypedCache other = node();
		CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> slow.get("long", this::slow));
		Awaitility.await().until(() -> this.loads.get() == 1);
		CompletableFuture<String> second = CompletableFuture.supplyAsync(() -> other.get("long", this::slow));
		Awaitility.await().pollDelay(LEASE.multipliedBy(2)).until(() -> other.statistics().count(Event.LEASE_WAIT) > 0);
		this.go.countDown();
		assertThat(first.join()).isEqualTo("loaded");
		assertThat(second.join()).isEqualTo("loaded");
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void loadsByItselfWhenTheWaitIsTooLong() {
		TypedCache patient = node();
		TypedCache hasty = Nodes.strings(this.redis, "flights",
				CacheSettings.builder().maxWait(Duration.ofMillis(100)));
		CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> patient.get("hasty", this::slow));
		Awaitility.await().until(() -> this.loads.get() == 1);
		assertThat(hasty.get("hasty", () -> "own")).isEqualTo("own");
		this.go.countDown();
		assertThat(first.join()).isEqualTo("loaded");
		assertThat(hasty.get("hasty", String.class)).isEqualTo("loaded");
	}

	@Test
	void tellsAFailureAndLetsTheNextNodeTry() {
		TypedCache failing = node();
		TypedCache next = node();
		CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> failing.get("failing", () -> {
			slow();
			throw new IllegalStateException("out of luck");
		}));
		Awaitility.await().until(() -> this.loads.get() == 1);
		CompletableFuture<String> second = CompletableFuture.supplyAsync(() -> next.get("failing", () -> "better"));
		Awaitility.await().until(() -> next.statistics().count(Event.LEASE_WAIT) > 0);
		this.go.countDown();
		assertThat(second.join()).isEqualTo("better");
		assertThat(first).isCompletedExceptionally();
	}

	@Test
	void goesOnElsewhereWhenTheCallerIsInterruptedBeforeItsLoad() throws Exception {
		TypedCache cache = node();
		leave(key("interrupted"), Duration.ofSeconds(1));
		Thread caller = new Thread(() -> {
			try {
				cache.get("interrupted", () -> "loaded");
			}
			catch (RuntimeException ex) {
				this.loads.incrementAndGet();
			}
		});
		caller.start();
		Awaitility.await().until(() -> cache.statistics().count(Event.LEASE_WAIT) > 0);
		caller.interrupt();
		caller.join();
		assertThat(this.loads).hasValue(1);
		assertThat(cache.get("interrupted", () -> "second")).isEqualTo("loaded");
	}

	@Test
	void endsADeadlockOfTwoLoads() {
		TypedCache cache = Nodes.strings(this.redis, "flights",
				CacheSettings.builder().maxWait(Duration.ofMillis(300)));
		CountDownLatch both = new CountDownLatch(2);
		Queue<Boolean> inItsCaller = new ConcurrentLinkedQueue<>();
		Function<String, Callable<String>> inner = (value) -> {
			Thread caller = Thread.currentThread();
			return () -> {
				inItsCaller.add(Thread.currentThread() == caller);
				return value;
			};
		};
		Callable<String> a = () -> {
			both.countDown();
			both.await();
			return "a" + cache.get("dead-b", inner.apply("b"));
		};
		Callable<String> b = () -> {
			both.countDown();
			both.await();
			return "b" + cache.get("dead-a", inner.apply("a"));
		};
		CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> cache.get("dead-a", a));
		CompletableFuture<String> second = CompletableFuture.supplyAsync(() -> cache.get("dead-b", b));
		assertThat(first).succeedsWithin(Duration.ofSeconds(20)).asString().startsWith("ab");
		assertThat(second).succeedsWithin(Duration.ofSeconds(20)).asString().startsWith("ba");
		assertThat(inItsCaller).isNotEmpty().doesNotContain(false);
	}

	private void releaseWhenCrowded() {
		CompletableFuture.runAsync(() -> {
			Awaitility.await().until(() -> this.loads.get() == 1 && this.callers.get() == CROWD);
			Awaitility.await().pollDelay(Duration.ofMillis(300)).until(() -> true);
			this.go.countDown();
		});
	}

	private void crowd(Callable<String> caller) {
		try {
			Nodes.crowd(CROWD, () -> {
				this.callers.incrementAndGet();
				return caller.call();
			});
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	// From then on they are told, and need not look.
	private void letWait(List<TypedCache> nodes) {
		long before = listeners();
		IntStream.range(0, nodes.size()).parallel().forEach((i) -> {
			leave(key("waits" + i), Duration.ofSeconds(1));
			nodes.get(i).get("waits" + i, () -> "up");
		});
		Awaitility.await().until(() -> listeners() == before + nodes.size());
	}

	private long listeners() {
		return this.redis.commands()
			.clientList()
			.lines()
			.filter((client) -> client.contains("name=redis-patterns-cache-waits") && client.contains(" sub=1"))
			.count();
	}

	private TypedCache nodeThatRenewsNothing() {
		return Nodes.strings(this.redis, "flights", CacheSettings.builder().lease(Duration.ofSeconds(30)));
	}

	private TypedCache node() {
		return Nodes.strings(this.redis, "flights", CacheSettings.builder().lease(LEASE));
	}

	private String slow() throws InterruptedException {
		this.loads.incrementAndGet();
		this.go.await();
		return "loaded";
	}

	private String key(String key) {
		return this.redis.keys().child("cache").child("flights").key(key);
	}

	// A lease as lease.lua writes it, whose owner never ends it.
	private void leave(String key, Duration left) {
		long now = Long.parseLong(this.redis.commands().time().get(0)) * 1_000_000
				+ Long.parseLong(this.redis.commands().time().get(1));
		byte[] lease = ("\u00fa" + "-000000000000000" + (now + left.toNanos() / 1000) + "00")
			.getBytes(StandardCharsets.ISO_8859_1);
		this.redis.gateway()
			.await(this.redis.gateway()
				.command((redis) -> redis.set(RedisGateway.utf8(key), lease, SetArgs.Builder.px(60_000))));
	}

}
