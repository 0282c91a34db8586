package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.lettuce.core.KillArgs;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.codec.EntryCodec;
import io.github.redispatterns.codec.EntryMetadata;
import io.github.redispatterns.codec.Envelope;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.TcpProxy;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What is kept in the JVM, and how it hears of what others invalidate. */
@ExtendWith(RedisExtension.class)
class NearCacheTests {

	private static final Duration CUT_OFF = Duration.ofSeconds(Integer.getInteger("redis-patterns.cache.cut-off", 2));

	private static final Duration SOON = Duration.ofSeconds(20);

	private final Redis redis;

	private final List<TypedCacheManager> managers = new ArrayList<>();

	NearCacheTests(Redis redis) {
		this.redis = redis;
	}

	@AfterEach
	void close() {
		this.managers.forEach(TypedCacheManager::stop);
	}

	@Test
	void servesWithoutRedis() {
		TypedCache cache = node("plain");
		warm(cache, "k");
		assertThat(this.redis.commandsDuring(() -> {
			for (int i = 0; i < 100; i++) {
				assertThat(cache.get("k", () -> "other")).isEqualTo("v");
				assertThat(cache.get("k", String.class)).isEqualTo("v");
			}
		})).doesNotContainKeys("mget", "get", "evalsha");
		assertThat(cache.statistics().count(Event.NEAR_HIT)).isGreaterThanOrEqualTo(200);
	}

	@Test
	void hearsWhatOthersInvalidate() {
		TypedCache here = node("told").tagged((value) -> Set.of("t"));
		TypedCache there = node("told");
		Map<String, Runnable> changes = Map.of("evict", () -> there.evict("k"), "put", () -> there.put("k", "w"), "tag",
				() -> there.evictTags(Set.of("t")), "clear", there::clear, "sweep",
				() -> there.evictMatching("*").done().toCompletableFuture().join());
		changes.forEach((name, change) -> {
			warm(here, "k");
			change.run();
			Awaitility.await(name).atMost(SOON).until(() -> !"v".equals(here.get("k", String.class)));
			here.evict("k");
		});
	}

	@Test
	void hearsOfStrangeKeysToo() {
		TypedCache here = node("strange");
		TypedCache there = node("strange");
		List<Object> keys = List.of("", "~", "a b{c}:d", "x".repeat(1_000), "é".repeat(30), 42, List.of("a", "b:c"),
				List.of("y".repeat(1_000), ""), List.of(List.of(1), Set.of(2)));
		keys.forEach((key) -> warm(here, key));
		keys.forEach((key) -> there.put(key, "w"));
		for (Object key : keys) {
			Awaitility.await().atMost(SOON).until(() -> "w".equals(here.get(key, String.class)));
		}
		keys.forEach((key) -> warm(here, key));
		for (Object key : keys) {
			here.evict(key);
			assertThat(here.get(key, String.class)).isNull();
		}
	}

	@Test
	void readsItsOwnWritesAndEvictions() {
		TypedCache cache = node("own");
		warm(cache, "k");
		for (int i = 0; i < 3_000; i++) {
			String value = "v" + i;
			cache.put("k", value);
			assertThat(cache.get("k", () -> "none")).isEqualTo(value);
			cache.evict("k");
			assertThat(cache.get("k", String.class)).isNull();
		}
	}

	@Test
	void prolongsTheLifeOfWhatIsNear() {
		AtomicInteger loads = new AtomicInteger();
		TypedCache cache = node("near-sliding",
				CacheSettings.builder().timeToLive(Duration.ofMinutes(1)).timeToIdle(Duration.ofSeconds(2)));
		readUntilNear(cache, () -> "v" + loads.incrementAndGet());
		String value = cache.get("k", () -> "v" + loads.incrementAndGet());
		long until = System.nanoTime() + Duration.ofSeconds(4).toNanos();
		Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> {
			assertThat(cache.get("k", () -> "v" + loads.incrementAndGet())).isEqualTo(value);
			return System.nanoTime() > until;
		});
	}

	@Test
	void loadsWhatIsNearAgainBeforeItExpires() {
		loadsEarlyWhatIsNear(
				node("near-ahead", CacheSettings.builder().timeToLive(Duration.ofSeconds(2)).refreshAhead(0.5)));
	}

	@Test
	void loadsWhatIsNearEarlierTheLongerALoadTakes() {
		loadsEarlyWhatIsNear(
				node("near-xfetch", CacheSettings.builder().timeToLive(Duration.ofSeconds(3)).earlyRefresh(100)));
	}

	private void loadsEarlyWhatIsNear(TypedCache cache) {
		CountDownLatch never = new CountDownLatch(1);
		Callable<String> load = () -> never.await(20, TimeUnit.MILLISECONDS) ? "" : "v";
		readUntilNear(cache, load);
		long known = cache.statistics().count(Event.EARLY_REFRESH);
		Awaitility.await().until(() -> {
			cache.get("k", load);
			return cache.statistics().count(Event.EARLY_REFRESH) >= known + 2;
		});
	}

	// Nothing goes in before the log is followed.
	private void readUntilNear(TypedCache cache, Callable<String> load) {
		Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> {
			cache.get("k", load);
			return cache.statistics().count(Event.NEAR_HIT) > 0;
		});
	}

	// However late: what a read has found may be on its way for longer than the change.
	@Test
	void takesNothingInThatWasReadWhileAChangeMayBeUnderWay() {
		KeySpace space = this.redis.keys().child("cache").child("late");
		EntryCodec codec = new EntryCodec(PayloadPipeline.of(this.redis.codec()));
		NearCache near = new NearCache(space, NearSettings.ofDefaults(), 0, codec,
				new CacheVersions(this.redis.gateway(), this.redis.keys(), "late", Duration.ofMinutes(1)),
				new CacheStatistics());
		String key = space.key("k");
		ResolvableType type = ResolvableType.forClass(String.class);
		Envelope entry = Envelope
			.read(codec.encode(key, new EntryMetadata(1, Long.MAX_VALUE, 0, 1, Map.of()), "v", type))
			.orElseThrow();
		List<Runnable> changes = List.of(near::open, () -> near.changing(key), near::clear);
		for (Runnable change : changes) {
			change.run();
			LongPredicate takesIn = (ticket) -> {
				near.put(key, ticket, entry, "v", type, Long.MAX_VALUE);
				return near.has(key);
			};
			long read = near.ticket(key);
			long written = near.changed(key);
			Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> {
				assertThat(takesIn.test(read)).isFalse();
				assertThat(takesIn.test(written)).isFalse();
				return takesIn.test(near.ticket(key));
			});
			assertThat(near.get(space.tagOf(key), type, 0)).isNotNull();
		}
	}

	@Test
	void catchesUpAfterItsConnectionWasCut() {
		TypedCache here = node("cut");
		TypedCache there = node("cut");
		int entries = 5_000;
		for (int i = 0; i < entries; i++) {
			there.put(i, "v");
		}
		Awaitility.await().atMost(SOON).until(() -> isNear(here, 0));
		IntStream.range(0, entries).forEach((i) -> here.get(i, String.class));
		for (int i = 0; i < 1_000; i++) {
			if (i % 20 == 0) {
				cutLogReaders();
			}
			there.evict(i);
		}
		Awaitility.await()
			.atMost(SOON)
			.until(() -> IntStream.range(0, 1_000).allMatch((i) -> here.get(i, String.class) == null));
		assertThat(IntStream.range(1_000, entries).filter((i) -> isNear(here, i)).count())
			.isGreaterThan((entries - 1_000) * 9 / 10);
	}

	@Test
	void missesNothingWhileItIsCutOff() {
		try (TcpProxy network = TcpProxy.to(DevRedis.shared());
				Nodes.Connection cutOff = new Nodes.Connection(network.host(), network.port(), Duration.ofSeconds(2))) {
			TypedCache here = node(cutOff.gateway(), "cut-off");
			List<TypedCache> others = List.of(node("cut-off"), node("cut-off"));
			List<TypedCache> all = List.of(here, others.get(0), others.get(1));
			int entries = 20_000;
			int evicted = entries / 2;
			pages(0, entries).forEach((page) -> others.get(0)
				.putAll(page.stream().collect(Collectors.toMap(Function.identity(), (key) -> "v"))));
			all.forEach((node) -> Awaitility.await().atMost(SOON).until(() -> near(node, 0, entries) == entries));
			network.cut();
			network.refuse();
			IntStream.range(0, evicted).parallel().forEach((i) -> others.get(i % 2).evict(i));
			Set<Long> readers = logReaders().boxed().collect(Collectors.toSet());
			Awaitility.await().atMost(CUT_OFF.plusSeconds(5)).pollDelay(CUT_OFF).until(() -> isNear(here, entries - 1));
			assertThat(here.nearSize()).isEqualTo(entries);
			network.restore();
			Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.pollInterval(Duration.ofMillis(5))
				.until(() -> logReaders().anyMatch((reader) -> !readers.contains(reader)));
			Awaitility.await()
				.atMost(Duration.ofSeconds(1))
				.pollInterval(Duration.ofMillis(5))
				.until(() -> here.nearSize() == entries - evicted);
			assertThat(all).allSatisfy((node) -> {
				assertThat(near(node, 0, evicted)).isZero();
				assertThat(near(node, evicted, entries)).isGreaterThanOrEqualTo((entries - evicted) * 9L / 10);
			});
		}
	}

	@Test
	void forgetsEverythingWhereTheLogHasAGap() {
		TypedCache here = node("gap");
		warm(here, "k");
		this.redis.commands().del(log());
		Awaitility.await().atMost(SOON).until(() -> !isNear(here, "k"));
		Awaitility.await().atMost(SOON).until(() -> {
			here.get("k", String.class);
			return isNear(here, "k");
		});
		TypedCache there = node("gap");
		there.evict("another");
		this.redis.commands().xtrim(log(), 0);
		there.evict("yet another");
		there.evict("k");
		Awaitility.await().atMost(SOON).until(() -> here.get("k", String.class) == null);
	}

	@Test
	void hasOneReaderHoweverOftenItIsRestarted() {
		Set<Long> others = logReaders().boxed().collect(Collectors.toSet());
		TypedCacheManager manager = manager(this.redis.gateway(), "restarted");
		TypedCache cache = manager.getCache("restarted").as(ResolvableType.forClass(String.class));
		for (int i = 0; i < 50; i++) {
			manager.stop();
			manager.start();
		}
		warm(cache, "k");
		Awaitility.await()
			.atMost(SOON)
			.until(() -> logReaders().filter((reader) -> !others.contains(reader)).count() == 1);
		node("restarted").evict("k");
		Awaitility.await().atMost(SOON).until(() -> !isNear(cache, "k"));
	}

	@Test
	void knowsHowFarItIsBehind() {
		TypedCache here = node("lag");
		warm(here, "k");
		assertThat(this.managers.get(0).nearCacheLag()).isLessThan(Duration.ofSeconds(10));
	}

	@Test
	void keepsNoMoreThanItsWeight() {
		TypedCacheManager manager = Nodes.node(this.redis)
			.cache("heavy", CacheSettings.builder().near(new NearSettings(Duration.ofMinutes(1), 100_000)).build())
			.build();
		this.managers.add(manager);
		TypedCache cache = manager.getCache("heavy").as(ResolvableType.forClass(String.class));
		warm(cache, "k");
		IntStream.range(0, 500).forEach((i) -> cache.put(i, "x".repeat(1000)));
		assertThat(IntStream.range(0, 500).filter((i) -> isNear(cache, i)).count()).isBetween(10L, 100L);
	}

	@Test
	void sharesNothingThatCanBeChanged() {
		TypedCacheManager manager = manager(this.redis.gateway(), "mutable");
		TypedCache lists = manager.getCache("mutable")
			.as(ResolvableType.forClassWithGenerics(List.class, String.class));
		List<String> mine = new ArrayList<>(List.of("a"));
		Awaitility.await().atMost(SOON).until(() -> {
			lists.put("list", mine);
			return isNear(lists, "list");
		});
		mine.add("b");
		List<String> served = Objects.requireNonNull(lists.get("list", () -> List.<String>of()));
		assertThat(served).containsExactly("a");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> served.add("c"));
		TypedCache beans = manager.getCache("mutable").as(ResolvableType.forClass(Bean.class));
		beans.put("bean", new Bean());
		Bean first = Objects.requireNonNull(beans.get("bean", Bean::new));
		first.name = "changed";
		assertThat(Objects.requireNonNull(beans.get("bean", Bean::new)).name).isEqualTo("new");
	}

	@Test
	void loadsOnceForACrowdAndKeepsIt() throws Exception {
		TypedCache cache = node("crowd");
		warm(cache, "warm");
		AtomicInteger loads = new AtomicInteger();
		assertThat(Nodes.crowd(50, () -> cache.get("cold", () -> "v" + loads.incrementAndGet()))).containsOnly("v1");
		assertThat(isNear(cache, "cold")).isTrue();
	}

	private TypedCache node(String name) {
		return node(this.redis.gateway(), name);
	}

	private TypedCache node(RedisGateway gateway, String name) {
		return manager(gateway, name).getCache(name).as(ResolvableType.forClass(String.class));
	}

	private TypedCache node(String name, CacheSettings.Builder settings) {
		return manager(this.redis.gateway(), name, settings).getCache(name).as(ResolvableType.forClass(String.class));
	}

	private TypedCacheManager manager(RedisGateway gateway, String name) {
		return manager(gateway, name, CacheSettings.builder());
	}

	private TypedCacheManager manager(RedisGateway gateway, String name, CacheSettings.Builder settings) {
		TypedCacheManager manager = Nodes.node(gateway, this.redis)
			.cache(name, settings.near(NearSettings.ofDefaults()).build())
			.build();
		this.managers.add(manager);
		return manager;
	}

	// Nothing goes in for a second after the log is followed and after others' changes.
	private static void warm(TypedCache cache, Object key) {
		Awaitility.await().atMost(SOON).until(() -> {
			cache.get(key, () -> "v");
			return isNear(cache, key);
		});
	}

	// Many at once: one by one they take a round trip each.
	private static long near(TypedCache cache, int from, int to) {
		long before = cache.statistics().count(Event.NEAR_HIT);
		pages(from, to).forEach((page) -> cache.getAll(page, (missing) -> Map.of()));
		return cache.statistics().count(Event.NEAR_HIT) - before;
	}

	private static Stream<List<Integer>> pages(int from, int to) {
		int size = 1_000;
		return IntStream.range(0, (to - from) / size)
			.mapToObj((page) -> IntStream.range(from + page * size, from + (page + 1) * size).boxed().toList());
	}

	private static boolean isNear(TypedCache cache, Object key) {
		long before = cache.statistics().count(Event.NEAR_HIT);
		cache.get(key);
		return cache.statistics().count(Event.NEAR_HIT) > before;
	}

	private String log() {
		return this.redis.keys().child("cache-log").key("log");
	}

	private void cutLogReaders() {
		logReaders().forEach((client) -> this.redis.commands().clientKill(KillArgs.Builder.id(client)));
	}

	private LongStream logReaders() {
		return this.redis.commands()
			.clientList()
			.lines()
			.filter((client) -> client.contains("name=redis-patterns-cache-log"))
			.mapToLong((client) -> Long.parseLong(client.replaceAll("^id=(\\d+) .*", "$1")));
	}

	static final class Bean {

		public String name = "new";

	}

}
