package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.ResolvableType;
import tools.jackson.databind.json.JsonMapper;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.codec.JsonValueCodec;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.devservices.Topology;
import io.github.redispatterns.key.KeySpace;

import static org.assertj.core.api.Assertions.assertThat;

/** Entries, their state and the log lie on different masters of a cluster. */
class ClusterCacheTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final List<Integer> HUNDRED = IntStream.range(0, 100).boxed().toList();

	private final KeySpace keys = KeySpace.of("cluster-" + System.nanoTime());

	private final List<Nodes.Connection> connections = new ArrayList<>();

	private final List<TypedCacheManager> managers = new ArrayList<>();

	private final AtomicInteger loads = new AtomicInteger();

	@AfterEach
	void close() {
		this.managers.forEach(TypedCacheManager::stop);
		this.connections.forEach(Nodes.Connection::close);
	}

	@Test
	void loadsOnceForManyNodes() throws Exception {
		List<TypedCache> nodes = IntStream.range(0, 4).mapToObj((i) -> node(CacheSettings.builder())).toList();
		for (int key = 0; key < 6; key++) {
			int cold = key;
			CountDownLatch go = new CountDownLatch(1);
			AtomicInteger next = new AtomicInteger();
			CompletableFuture.runAsync(() -> {
				Awaitility.await()
					.atMost(SOON)
					.until(() -> nodes.stream()
						.filter((node) -> node.statistics().count(Event.LEASE_WAIT) > cold)
						.count() >= 3);
				go.countDown();
			});
			assertThat(Nodes.crowd(40, () -> nodes.get(next.getAndIncrement() % 4).get(cold, () -> {
				go.await();
				return "v" + this.loads.incrementAndGet();
			}))).containsOnly("v" + (cold + 1));
		}
		assertThat(this.loads).hasValue(6);
	}

	@Test
	void neverServesWhatWasLoadedBeforeAnEviction() {
		TypedCache one = node(CacheSettings.builder());
		TypedCache two = node(CacheSettings.builder()).tagged((value) -> Set.of("t"));
		List<Runnable> invalidations = List.of(() -> two.evict("k"), () -> two.evictTags(Set.of("t")), two::clear);
		for (Runnable invalidation : invalidations) {
			CountDownLatch go = new CountDownLatch(1);
			long misses = one.statistics().count(Event.MISS);
			CompletableFuture<String> slow = CompletableFuture
				.supplyAsync(() -> one.tagged((value) -> Set.of("t")).get("k", () -> {
					go.await();
					return "old";
				}));
			Awaitility.await().atMost(SOON).until(() -> one.statistics().count(Event.MISS) > misses);
			invalidation.run();
			go.countDown();
			assertThat(slow).succeedsWithin(SOON).isEqualTo("old");
			assertThat(two.get("k", () -> "new")).isEqualTo("new");
			assertThat(one.get("k", () -> "newer")).isEqualTo("new");
			two.evict("k");
		}
	}

	@Test
	void invalidatesByTagOnAllMasters() {
		TypedCache one = node(CacheSettings.builder()).tagged((value) -> Set.of("last " + lastOf(value)));
		TypedCache two = node(CacheSettings.builder());
		one.putAll(HUNDRED.stream().collect(Collectors.toMap(Function.identity(), (key) -> "v" + key)));
		two.evictTags(Set.of("last 7"));
		for (TypedCache node : List.of(one, two)) {
			assertThat(HUNDRED).allSatisfy(
					(key) -> assertThat(node.get(key, String.class)).isEqualTo((key % 10 == 7) ? null : "v" + key));
		}
	}

	private static char lastOf(Object value) {
		return value.toString().charAt(value.toString().length() - 1);
	}

	@Test
	void loadsWhatIsMissingInOneCall() {
		TypedCache one = node(CacheSettings.builder());
		TypedCache two = node(CacheSettings.builder());
		one.putAll(HUNDRED.stream()
			.filter((key) -> key % 2 == 0)
			.collect(Collectors.toMap(Function.identity(), (key) -> "v" + key)));
		List<List<Integer>> calls = new CopyOnWriteArrayList<>();
		BulkLoader<Integer, String> loader = (missing) -> {
			calls.add(List.copyOf(missing));
			return missing.stream().collect(Collectors.toMap(Function.identity(), (key) -> "v" + key));
		};
		for (int i = 0; i < 2; i++) {
			Map<Integer, String> found = two.getAll(HUNDRED, loader);
			assertThat(found).hasSize(100).allSatisfy((key, value) -> assertThat(value).isEqualTo("v" + key));
		}
		assertThat(calls).hasSize(1);
		assertThat(calls.get(0))
			.containsExactlyInAnyOrderElementsOf(HUNDRED.stream().filter((key) -> key % 2 == 1).toList());
		one.evictAll(HUNDRED);
		assertThat(two.getAll(List.of(1, 2, 3), (missing) -> Map.<Integer, String>of())).isEmpty();
	}

	@Test
	void tellsTheNearCachesOfOthers() {
		CacheSettings.Builder near = CacheSettings.builder().near(NearSettings.ofDefaults());
		TypedCache here = node(near).tagged((value) -> Set.of("t"));
		TypedCache there = node(near);
		List<Runnable> changes = List.of(() -> there.evict("k"), () -> there.put("k", "w"),
				() -> there.evictTags(Set.of("t")), there::clear,
				() -> there.evictMatching("*").done().toCompletableFuture().join());
		for (Runnable change : changes) {
			Awaitility.await().atMost(SOON).until(() -> {
				here.get("k", () -> "v");
				return isNear(here, "k");
			});
			change.run();
			Awaitility.await().atMost(SOON).until(() -> !"v".equals(here.get("k", String.class)));
			here.evict("k");
		}
	}

	// The master of the log answers at once, that of the entry is asked to wait.
	@Test
	void tellsNearCachesAgainWhatTookLongerThanTheyWait() {
		CacheSettings.Builder near = CacheSettings.builder().near(NearSettings.ofDefaults());
		TypedCache here = node(near);
		TypedCache there = node(near);
		RedisServer log = masterOf("cache-log", "log");
		int key = HUNDRED.stream()
			.filter((number) -> !masterOf("cache:c", number).equals(log))
			.findFirst()
			.orElseThrow();
		RedisServer slow = masterOf("cache:c", key);
		List<Runnable> changes = List.of(() -> there.put(key, "new"), () -> there.evict(key));
		for (Runnable change : changes) {
			Awaitility.await().atMost(SOON).until(() -> {
				here.get(key, () -> "old");
				return isNear(here, key);
			});
			String old = here.get(key, String.class);
			slow.command("CLIENT", "PAUSE", "9000", "WRITE");
			CompletableFuture<Void> changed = CompletableFuture.runAsync(change);
			try {
				Awaitility.await().atMost(SOON).until(() -> !isNear(here, key));
				Awaitility.await().atMost(SOON).until(() -> isNear(here, key));
				assertThat(here.get(key, String.class)).isEqualTo(old);
				assertThat(changed).isNotDone();
			}
			finally {
				slow.command("CLIENT", "UNPAUSE");
			}
			assertThat(changed).succeedsWithin(SOON);
			Awaitility.await().atMost(SOON).until(() -> !Objects.equals(old, here.get(key, String.class)));
		}
	}

	private RedisServer masterOf(String part, Object key) {
		return Topology.CLUSTER.shared().masterOf("%s:%s:{%s}".formatted(this.keys, part, key));
	}

	private static boolean isNear(TypedCache cache, Object key) {
		long before = cache.statistics().count(Event.NEAR_HIT);
		cache.get(key, String.class);
		return cache.statistics().count(Event.NEAR_HIT) > before;
	}

	private TypedCache node(CacheSettings.Builder settings) {
		Nodes.Connection connection = new Nodes.Connection(Topology.CLUSTER.shared().connectionFactory(),
				Duration.ofSeconds(10));
		this.connections.add(connection);
		TypedCacheManager manager = TypedCacheManager
			.builder(connection.gateway(), this.keys, PayloadPipeline.of(new JsonValueCodec(JsonMapper.shared())))
			.cache("c", settings.build())
			.build();
		this.managers.add(manager);
		return manager.getCache("c").as(ResolvableType.forClass(String.class));
	}

}
