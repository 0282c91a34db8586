package io.github.redispatterns.autoconfigure.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.session.FindByIndexNameSessionRepository;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.cache.TypedCache;
import io.github.redispatterns.coordination.ClusterTask;
import io.github.redispatterns.coordination.ClusterTasks;
import io.github.redispatterns.coordination.Fire;
import io.github.redispatterns.coordination.FireAnswer;
import io.github.redispatterns.coordination.IdempotentOperation;
import io.github.redispatterns.coordination.IdempotentOperations;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.devservices.RedisTopology;
import io.github.redispatterns.devservices.ReplicatedRedis;
import io.github.redispatterns.gateway.Batch;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.lock.LockHandle;
import io.github.redispatterns.lock.Locks;
import io.github.redispatterns.pubsub.MessagePublisher;
import io.github.redispatterns.pubsub.MessageSubscriber;
import io.github.redispatterns.pubsub.Subscription;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.session.StoredSession;
import io.github.redispatterns.session.StoredSessionRepository;
import io.github.redispatterns.session.UserSessions;

import static org.assertj.core.api.Assertions.assertThat;

/** What all patterns promise, whatever Redis is behind them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PatternPromises {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final RedisTopology redis;

	private final ConfigurableApplicationContext application;

	PatternPromises(RedisTopology redis) {
		this.redis = redis;
		this.application = new SpringApplicationBuilder(Application.class)
			.properties(Map.copyOf(this.redis.springProperties()))
			.properties("server.port=0", "spring.application.name=topologies", "redis-patterns.gateway.timeout=5s",
					"redis-patterns.rate-limit.timeout=5s", "redis-patterns.rate-limit.policies.few.limit=5",
					"redis-patterns.rate-limit.policies.few.period=1h", "redis-patterns.cache.on-redis-failure=closed",
					"redis-patterns.cache.caches.numbers.time-to-live=1h")
			.run();
	}

	@AfterAll
	void close() {
		this.application.close();
	}

	@Test
	void sendsABatchToAllNodesAtOnce() {
		RedisGateway gateway = bean(RedisGateway.class);
		Batch<String> batch = gateway.batch();
		List<byte[]> keys = IntStream.range(0, 300).mapToObj((i) -> key("batch-" + i)).toList();
		keys.forEach((key) -> batch.command((commands) -> commands.psetex(key, 60_000, key)));
		assertThat(gateway.await(batch.answers())).hasSize(300).allMatch((answer) -> "OK".equals(answer.get()));
	}

	@Test
	void decidesExactlyAfterTheScriptsWereForgotten() {
		RateLimiters limiters = bean(RateLimiters.class);
		String key = "exact-" + System.nanoTime();
		assertThat(limiters.get("few").tryAcquire(key).allowed()).isTrue();
		this.redis.masters().forEach(RedisServer::flushScripts);
		long allowed = IntStream.range(0, 20).filter((i) -> limiters.get("few").tryAcquire(key).allowed()).count();
		assertThat(allowed).isEqualTo(4);
	}

	@Test
	void handsALockOver() {
		Locks locks = bean(Locks.class);
		for (int i = 0; i < 10; i++) {
			String name = "seat-" + i;
			LockHandle first = locks.get(name).acquire(Duration.ZERO);
			assertThat(locks.get(name).tryAcquire()).isEmpty();
			CompletableFuture<Optional<LockHandle>> second = CompletableFuture
				.supplyAsync(() -> locks.get(name).tryAcquire(SOON));
			first.release();
			assertThat(second.join().orElseThrow().release()).isTrue();
		}
	}

	@Test
	void keepsAndForgetsEntries() {
		Cache numbers = cache();
		for (int i = 0; i < 50; i++) {
			numbers.put("number-" + i, i);
		}
		assertThat(numbers.get("number-7", Integer.class)).isEqualTo(7);
		numbers.evict("number-7");
		assertThat(numbers.get("number-7", Integer.class)).isNull();
		numbers.clear();
		assertThat(IntStream.range(0, 50).mapToObj((i) -> numbers.get("number-" + i, Integer.class)))
			.containsOnlyNulls();
	}

	@Test
	void removesEntriesByPatternOnAllServers() {
		TypedCache numbers = (TypedCache) cache();
		IntStream.range(0, 50).forEach((i) -> numbers.put("swept-" + i, i));
		numbers.put("kept", 1);
		assertThat(numbers.evictMatching("swept-*").done()).succeedsWithin(SOON).isEqualTo(50L);
		assertThat(numbers.get("kept", Integer.class)).isEqualTo(1);
	}

	@Test
	void keepsSessionsOfAUser() {
		StoredSessionRepository sessions = bean(StoredSessionRepository.class);
		List<String> users = IntStream.range(0, 20).mapToObj((i) -> "user-" + i).toList();
		for (String user : users) {
			StoredSession session = saveSessionOf(user);
			assertThat(bean(UserSessions.class).list(user)).hasSize(1);
			StoredSession found = Objects.requireNonNull(sessions.findById(session.getId()));
			assertThat(found.<String>getAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME))
				.isEqualTo(user);
			sessions.deleteById(session.getId());
			assertThat(bean(UserSessions.class).list(user)).isEmpty();
		}
	}

	@Test
	void executesOperationsAndFiresOnce() {
		AtomicInteger executions = new AtomicInteger();
		Fire fire = new Fire.At(Instant.now(), Duration.ofHours(1));
		for (int i = 0; i < 20; i++) {
			IdempotentOperation<Integer> operation = bean(IdempotentOperations.class).get("operation-" + i,
					Integer.class);
			String key = "key-" + System.nanoTime();
			assertThat(operation.run(key, executions::incrementAndGet)).isEqualTo(operation.run(key, () -> -1));
			ClusterTask task = bean(ClusterTasks.class).get(key);
			assertThat(task.run(fire, executions::incrementAndGet)).isEqualTo(FireAnswer.RAN);
			assertThat(task.run(fire, executions::incrementAndGet)).isEqualTo(FireAnswer.DONE_BEFORE);
			assertThat(task.history().last()).isPresent();
		}
		assertThat(executions).hasValue(40);
	}

	@Test
	void deliversMessages() {
		List<String> received = new CopyOnWriteArrayList<>();
		Subscription subscription = bean(MessageSubscriber.class).subscribe("news", String.class, received::add);
		bean(MessagePublisher.class).publish("news", "hello");
		Awaitility.await().until(() -> received.contains("hello"));
		subscription.close();
	}

	@Test
	void goesOnWhenMastersAndReplicasChangePlaces() {
		goesOnAfter(ReplicatedRedis::failover);
	}

	@Test
	void goesOnWhenAMasterDies() {
		goesOnAfter((servers) -> servers.crash(servers.masterOf("a")));
	}

	/**
	 * Calls fail as an outage or succeed while it happens, and all is well soon after.
	 * Caches are cleared when all servers are back: that scans what the driver believes
	 * to be masters, a dead one among them.
	 */
	private void goesOnAfter(Consumer<ReplicatedRedis> fault) {
		Assumptions.assumeTrue(this.redis instanceof ReplicatedRedis, "no replica");
		AtomicBoolean over = new AtomicBoolean();
		CompletableFuture<List<Throwable>> failures = CompletableFuture.supplyAsync(() -> callUntil(over));
		fault.accept((ReplicatedRedis) this.redis);
		over.set(true);
		assertThat(failures.join()).as("failures that are no outage").isEmpty();
		Awaitility.await().atMost(SOON).ignoreExceptions().until(() -> allPatternsAnswer() && messagesArrive());
		decidesExactlyAfterTheScriptsWereForgotten();
		handsALockOver();
		keepsSessionsOfAUser();
		executesOperationsAndFiresOnce();
		deliversMessages();
		this.redis.heal();
		Awaitility.await().atMost(SOON).ignoreExceptions().untilAsserted(this::keepsAndForgetsEntries);
	}

	// What went wrong in another way than it may.
	private List<Throwable> callUntil(AtomicBoolean over) {
		List<Throwable> failures = new ArrayList<>();
		for (int i = 0; !over.get(); i++) {
			patterns("under-way-" + i).flatMap(PatternPromises::failureOf).forEach(failures::add);
			LockSupport.parkNanos(1_000_000);
		}
		return failures;
	}

	private static Stream<Throwable> failureOf(Runnable call) {
		try {
			call.run();
			return Stream.empty();
		}
		catch (RedisUnavailableException ex) {
			return Stream.empty();
		}
		catch (RuntimeException ex) {
			return Stream.of(ex);
		}
	}

	private boolean allPatternsAnswer() {
		for (int i = 0; i < 30; i++) {
			patterns("afterwards-" + i).forEach(Runnable::run);
		}
		return true;
	}

	// A message may be lost while the connection that listens is made anew.
	private boolean messagesArrive() {
		List<String> received = new CopyOnWriteArrayList<>();
		try (Subscription subscription = bean(MessageSubscriber.class).subscribe("news", String.class, received::add)) {
			bean(MessagePublisher.class).publish("news", "again");
			Awaitility.await().atMost(Duration.ofSeconds(1)).until(() -> received.contains("again"));
			return true;
		}
	}

	private Stream<Runnable> patterns(String name) {
		return Stream.of(() -> bean(RateLimiters.class).get("few").tryAcquire(name),
				() -> bean(Locks.class).get(name).tryAcquire().ifPresent(LockHandle::close), () -> cache().put(name, 1),
				() -> saveSessionOf(name), () -> bean(MessagePublisher.class).publish("news", name),
				() -> bean(IdempotentOperations.class).get("once", String.class).run(name, () -> name));
	}

	private StoredSession saveSessionOf(String user) {
		StoredSessionRepository sessions = bean(StoredSessionRepository.class);
		StoredSession session = sessions.createSession();
		session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, user);
		sessions.save(session);
		return session;
	}

	private Cache cache() {
		return Objects.requireNonNull(bean(CacheManager.class).getCache("numbers"));
	}

	private byte[] key(String name) {
		return RedisGateway.utf8(bean(KeySpace.class).key(name));
	}

	private <T> T bean(Class<T> type) {
		return this.application.getBean(type);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableCaching
	static class Application {

	}

}
