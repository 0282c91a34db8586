package io.github.redispatterns.cache;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.github.redispatterns.annotation.InvalidAnnotationException;
import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Many values at once. */
@ExtendWith(RedisExtension.class)
class BulkTests {

	private static final List<Integer> HUNDRED = IntStream.range(0, 100).boxed().toList();

	private final Redis redis;

	private final List<List<Integer>> calls = new CopyOnWriteArrayList<>();

	BulkTests(Redis redis) {
		this.redis = redis;
	}

	@Test
	void loadsOnlyWhatIsMissingInOneCallAndTwoRoundTrips() {
		TypedCache other = cache("half");
		other.putAll(HUNDRED.stream()
			.filter((key) -> key % 2 == 0)
			.collect(Collectors.toMap(Function.identity(), (key) -> "v" + key)));
		TypedCache cache = cache("half");
		cache.get("warm", () -> "up");
		Map<String, Long> commands = this.redis.commandsDuring(
				() -> assertThat(cache.getAll(HUNDRED, this::load)).containsExactlyEntriesOf(values(HUNDRED)));
		assertThat(this.calls).containsExactly(HUNDRED.stream().filter((key) -> key % 2 == 1).toList());
		assertThat(commands).containsEntry("evalsha", 150L).doesNotContainKey("mget");
		assertThat(this.redis.commandsDuring(() -> cache.getAll(HUNDRED, this::load))).isEqualTo(Map.of("mget", 1L));
		assertThat(this.calls).hasSize(1);
	}

	@Test
	void remembersWhatHasNoValue() {
		TypedCache cache = cache("negative");
		assertThat(cache.getAll(List.of(1, -1, 2, 1), this::load)).containsExactlyEntriesOf(values(List.of(1, 2)));
		assertThat(cache.getAll(List.of(-1, 1), this::load)).containsExactlyEntriesOf(values(List.of(1)));
		assertThat(this.calls).containsExactly(List.of(1, -1, 2));
	}

	@Test
	void asksNobodyForNothing() {
		assertThat(cache("nothing").getAll(List.<Integer>of(), this::load)).isEmpty();
		assertThat(this.calls).isEmpty();
	}

	@Test
	void waitsForWhatOthersLoadAndLoadsTheRest() {
		TypedCache one = cache("overlap");
		TypedCache two = cache("overlap");
		CountDownLatch go = new CountDownLatch(1);
		CompletableFuture<String> single = CompletableFuture.supplyAsync(() -> one.get(3, () -> {
			this.calls.add(List.of(3));
			go.await();
			return "v3";
		}));
		Awaitility.await().until(() -> this.calls.size() == 1);
		CompletableFuture<Map<Integer, String>> bulk = two.retrieveAll(List.of(2, 3, 4), (keys) -> {
			Map<Integer, String> loaded = load(keys);
			go.countDown();
			return loaded;
		});
		assertThat(bulk.join()).containsExactlyEntriesOf(values(List.of(2, 3, 4)));
		assertThat(single.join()).isEqualTo("v3");
		assertThat(this.calls).hasSize(2);
		assertThat(this.calls.get(1)).containsExactlyInAnyOrder(2, 4);
	}

	@Test
	void loadsInOneCallWhatATagHasInvalidated() {
		TypedCache one = cache("tagged").tagged((value) -> Set.of("t"));
		TypedCache two = cache("tagged").tagged((value) -> Set.of("t"));
		one.putAll(values(HUNDRED));
		two.getAll(HUNDRED, this::load);
		for (TypedCache cache : List.of(one, two)) {
			this.calls.clear();
			one.evictTags(Set.of("t"));
			assertThat(cache.getAll(HUNDRED, this::load)).containsExactlyEntriesOf(values(HUNDRED));
			assertThat(this.calls).containsExactly(HUNDRED);
		}
	}

	@Test
	void loadsOnceWhatIsAskedForByTwoKeysOfOneText() {
		assertThat(cache("twice").getAll(List.of(1, "1", 2), (keys) -> {
			this.calls.add(List.of(keys.size()));
			return keys.stream().collect(Collectors.toMap(Function.identity(), (key) -> "v" + key));
		})).isEqualTo(Map.of(1, "v1", "1", "v1", 2, "v2"));
		assertThat(this.calls).containsExactly(List.of(2));
	}

	@Test
	void lendsTheLoaderTheCacheItLoadsFor() {
		TypedCache cache = cache("lent");
		assertThat(cache.getAll(List.of(1, 2), (keys) -> {
			keys.forEach((key) -> assertThat(cache.get(key, () -> "own")).isEqualTo("own"));
			return load(keys);
		})).containsExactlyEntriesOf(values(List.of(1, 2)));
		assertThat(cache.statistics().count(Event.LOAD_TIMEOUT)).isZero();
	}

	@Test
	void loadsAgainInOneCallWhatIsStale() {
		TypedCache cache = Nodes.strings(this.redis, "stale",
				CacheSettings.builder()
					.timeToLive(Duration.ofMillis(50))
					.jitter(0)
					.staleWhileRevalidate(Duration.ofMinutes(1)));
		List<Integer> ten = HUNDRED.subList(0, 10);
		cache.putAll(values(ten));
		Awaitility.await().until(() -> cache.explain(9).verdict().startsWith("stale"));
		assertThat(cache.getAll(ten, this::load)).containsExactlyEntriesOf(values(ten));
		Awaitility.await().until(() -> !this.calls.isEmpty());
		assertThat(this.calls.get(0)).containsExactlyInAnyOrderElementsOf(ten);
	}

	@Test
	void endsWhereTwoCallsOverlap() throws Exception {
		TypedCache cache = cache("crossing");
		List<Map<Integer, String>> results = Nodes.crowd(20, () -> {
			List<Integer> keys = new ArrayList<>(HUNDRED);
			Collections.shuffle(keys);
			return new TreeMap<>(cache.getAll(keys, (missing) -> values(missing)));
		});
		assertThat(results).allSatisfy((result) -> assertThat(result).containsExactlyEntriesOf(values(HUNDRED)));
	}

	@Test
	void servesKeysOfOneTextWhileTheirEntryComesAndGoes() {
		TypedCache cache = cache("one-text");
		Map<Object, String> all = Map.of(1, "v1", "1", "v1", 2, "v2", "2", "v2", 3, "v3");
		AtomicBoolean ended = new AtomicBoolean();
		CompletableFuture<Void> evictions = CompletableFuture.runAsync(() -> {
			while (!ended.get()) {
				cache.evict(1);
				cache.evict(2);
			}
		});
		try {
			for (int i = 0; i < 300; i++) {
				assertThat(cache.getAll(all.keySet(),
						(missing) -> missing.stream().collect(Collectors.toMap(Function.identity(), all::get))))
					.isEqualTo(all);
			}
		}
		finally {
			ended.set(true);
		}
		evictions.join();
	}

	@Test
	void tellsTheFailureAndLeavesNoLease() {
		TypedCache cache = cache("failing");
		assertThatIllegalStateException().isThrownBy(() -> cache.getAll(List.of(1, 2), (keys) -> {
			throw new IllegalStateException("out of luck");
		}));
		assertThat(cache.getAll(List.of(1, 2), this::load)).containsExactlyEntriesOf(values(List.of(1, 2)));
	}

	@Test
	void putsAndEvictsAll() {
		TypedCache cache = cache("writes");
		cache.putAll(values(HUNDRED));
		assertThat(cache.get(57, String.class)).isEqualTo("v57");
		cache.evictAll(List.of(57, 58));
		assertThat(cache.getAll(HUNDRED, this::load)).hasSize(100);
		assertThat(this.calls).containsExactly(List.of(57, 58));
	}

	@Test
	void servesMethods() throws Exception {
		TypedCacheManager manager = Nodes.node(this.redis).build();
		try (AnnotationConfigApplicationContext context = start(manager, Names.class)) {
			Names names = context.getBean(Names.class);
			assertThat(names.byId(List.of(1, 2, 9))).containsExactly(Map.entry(1, new Name(1, "n1")),
					Map.entry(2, new Name(2, "n2")));
			assertThat(names.byId(List.of(2, 3))).containsOnlyKeys(2, 3);
			assertThat(names.all(List.of(3, 4, 1))).containsExactly(new Name(3, "n3"), new Name(4, "n4"),
					new Name(1, "n1"));
			assertThat(names.asked()).containsExactly(List.of(1, 2, 9), List.of(3), List.of(4));
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> names.all(List.of(-1)));
			manager.getCache("names").evictTags(Set.of("name n1"));
			assertThat(names.byId(List.of(1, 2))).containsOnlyKeys(1, 2);
			assertThat(names.asked()).endsWith(List.of(1));
		}
	}

	@Test
	void asksTheLoaderOfTheCache() {
		TypedCache cache = Nodes.node(this.redis).loader(new Numbers(this.calls)).build().getCache("numbers");
		assertThat(cache.<Integer, String>getAll(List.of(1, 2))).containsExactlyEntriesOf(values(List.of(1, 2)));
		assertThat(cache.<Integer, String>getAll(List.of(2, 3))).containsExactlyEntriesOf(values(List.of(2, 3)));
		assertThat(this.calls).containsExactly(List.of(1, 2), List.of(3));
		TypedCache without = cache("without");
		assertThatIllegalStateException().isThrownBy(() -> without.getAll(List.of(1))).withMessageContaining("without");
	}

	@Test
	void refusesMethodsThatCannotBeServed() {
		TypedCacheManager manager = Nodes.node(this.redis).build();
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> start(manager, Wrong.class))
			.havingRootCause()
			.isInstanceOf(InvalidAnnotationException.class)
			.withMessageContaining("which value belongs to which key");
	}

	private TypedCache cache(String name) {
		return Nodes.strings(this.redis, name, CacheSettings.builder());
	}

	private Map<Integer, String> load(List<Integer> keys) {
		this.calls.add(List.copyOf(keys));
		return values(keys.stream().filter((key) -> key >= 0).toList());
	}

	private static Map<Integer, String> values(Collection<Integer> keys) {
		Map<Integer, String> values = new TreeMap<>();
		keys.forEach((key) -> values.put(key, "v" + key));
		return values;
	}

	private static AnnotationConfigApplicationContext start(TypedCacheManager manager, Class<?> bean) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean("cacheManager", TypedCacheManager.class, () -> manager);
		context.registerBean(CacheableAllAdvisor.class,
				() -> new CacheableAllAdvisor(() -> manager, context.getBeanFactory()),
				(definition) -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE));
		context.register(Application.class, bean);
		context.refresh();
		return context;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching(proxyTargetClass = true)
	static class Application {

	}

	record Name(int id, String name) {
	}

	record Numbers(List<List<Integer>> calls) implements CacheLoader<Integer, String> {

		@Override
		public String cacheName() {
			return "numbers";
		}

		@Override
		public String load(Integer key) {
			throw new IllegalStateException("One by one");
		}

		@Override
		public Map<Integer, String> loadAll(Collection<? extends Integer> keys) {
			this.calls.add(List.copyOf(keys));
			return values(List.copyOf(keys));
		}

	}

	static class Names {

		private final List<List<Integer>> asked = new ArrayList<>();

		List<List<Integer>> asked() {
			return this.asked;
		}

		@CacheableAll("names")
		@CacheTags("'name ' + #result?.name")
		Map<Integer, Name> byId(List<Integer> ids) {
			this.asked.add(ids);
			return ids.stream()
				.filter((id) -> id < 9)
				.collect(Collectors.toMap(Function.identity(), (id) -> new Name(id, "n" + id)));
		}

		@CacheableAll(value = "names", key = "id")
		@CacheTags("'name ' + #result?.name")
		List<Name> all(Collection<Integer> ids) throws IOException {
			if (ids.contains(-1)) {
				throw new IOException("out of luck");
			}
			return new ArrayList<>(byId(List.copyOf(ids)).values());
		}

	}

	static class Wrong {

		@CacheableAll("names")
		List<Name> all(List<Integer> ids) {
			return List.of();
		}

	}

}
