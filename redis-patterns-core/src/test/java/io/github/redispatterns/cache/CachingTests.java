package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.interceptor.KeyGenerator;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Spring's cache annotations on a {@link TypedCacheManager}. */
@ExtendWith(RedisExtension.class)
class CachingTests {

	private static final int CROWD = 50;

	private final Redis redis;

	private final TypedCacheManager manager;

	private final AnnotationConfigApplicationContext context;

	private final Shop shop;

	CachingTests(Redis redis) {
		this.redis = redis;
		this.manager = manager(redis, redis.gateway());
		this.context = start(redis, this.manager);
		this.shop = this.context.getBean(Shop.class);
	}

	@BeforeEach
	void forget() {
		List.of("events", "events-archive").forEach((name) -> this.manager.getCache(name).clear());
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void readsRecordsListsAndOptionalsAsWhatTheyWere() {
		assertThat(twice(() -> this.shop.event(1))).containsOnly(new Event(1, "one"));
		assertThat(twice(this.shop::events)).containsOnly(List.of(new Event(1, "one"), new Event(2, "two")));
		assertThat(twice(() -> this.shop.find(3))).containsOnly(Optional.of(new Event(3, "three")));
		assertThat(twice(() -> this.shop.find(-1))).containsOnly(Optional.empty());
		assertThat(this.shop.loads()).isEqualTo(4);
	}

	@Test
	void readsTheTypeOfAGenericSubclass() {
		assertThat(twice(() -> this.shop.generic(9))).containsOnly(new Event(9, "generic"));
		assertThat(this.shop.loads()).isEqualTo(1);
	}

	@Test
	void cachesNull() {
		assertThat(this.shop.nothing("a")).isNull();
		assertThat(this.shop.nothing("a")).isNull();
		assertThat(this.shop.loads()).isEqualTo(1);
	}

	@Test
	void cachesWhatAFutureGives() {
		assertThat(this.shop.later(1).join()).isEqualTo(new Event(1, "later"));
		assertThat(this.shop.later(1).join()).isEqualTo(new Event(1, "later"));
		assertThat(this.shop.loads()).isEqualTo(1);
	}

	@Test
	void tellsKeysOfSeveralArgumentsApart() {
		assertThat(this.shop.pair("a,b", "c")).isEqualTo("a,b|c");
		assertThat(this.shop.pair("a", "b,c")).isEqualTo("a|b,c");
		assertThat(this.shop.single("a:b,c")).isEqualTo("a:b,c");
		assertThat(this.shop.pair("a", null)).isEqualTo("a|null");
		assertThat(this.shop.pair("a", "null")).isEqualTo("a|null");
		assertThat(this.shop.loads()).isEqualTo(5);
	}

	@Test
	void readsItsOwnWrites() {
		for (int i = 0; i < 2_000; i++) {
			this.shop.rename(1, "v" + i);
			assertThat(this.shop.event(1).title()).isEqualTo("v" + i);
		}
	}

	@Test
	void evictsBeforeTheNextRead() {
		for (int i = 0; i < 1_000; i++) {
			this.shop.event(1);
			this.shop.forget(1);
			assertThat(this.manager.getCache("events").get(1L, Event.class)).isNull();
		}
	}

	@Test
	void clearsOneCacheWithoutKeysOrFlush() {
		TypedCache events = this.manager.getCache("events");
		TypedCache archive = this.manager.getCache("events-archive");
		for (int i = 0; i < 3_000; i++) {
			events.put(i, "x");
		}
		archive.put("kept", "y");
		assertThat(this.redis.commandsDuring(events::clear)).containsEntry("evalsha", 1L)
			.doesNotContainKeys("keys", "scan", "flushdb", "flushall");
		assertThat(events.get(1, String.class)).isNull();
		assertThat(archive.get("kept", String.class)).isEqualTo("y");
	}

	@Test
	void isOneCommandForAHitAndTwoForAMiss() {
		strings().get("warm up", () -> "");
		assertThat(this.redis.commandsDuring(() -> this.shop.synchronised("new"))).containsEntry("evalsha", 2L)
			.doesNotContainKey("mget");
		assertThat(this.redis.commandsDuring(() -> this.shop.synchronised("new"))).isEqualTo(Map.of("mget", 1L));
	}

	@Test
	void loadsOnceForACrowd() throws Exception {
		assertThat(crowd(() -> this.shop.synchronised("same"))).containsOnly("same");
		assertThat(this.shop.loads()).isEqualTo(1);
	}

	@Test
	void loadsOnceForACrowdOfFutures() throws Exception {
		assertThat(crowd(() -> this.shop.laterOnce(7).join())).containsOnly(new Event(7, "later"));
		assertThat(this.shop.loads()).isEqualTo(1);
	}

	@Test
	void leavesALoadToTheOthersWhenOneCancels() {
		CompletableFuture<String> source = new CompletableFuture<>();
		CompletableFuture<String> impatient = strings().retrieve("slow", () -> source);
		CompletableFuture<String> patient = strings().retrieve("slow", () -> source);
		impatient.cancel(true);
		source.complete("here");
		assertThat(patient).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("here");
		assertThat(strings().retrieve("slow", () -> source)).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("here");
	}

	@Test
	void refusesAKeyWithoutAText() {
		assertThatIllegalArgumentException().isThrownBy(() -> strings().put(new Object(), "x"))
			.withMessageContaining("java.lang.Object");
	}

	@Test
	void tellsAFailureToAllAndTriesAgain() throws Exception {
		TypedCache cache = this.manager.getCache("events");
		assertThat(crowd(() -> failure(cache))).allMatch((message) -> message.contains("out of luck"));
		assertThat(cache.as(ResolvableType.forClass(String.class)).get("fails", () -> "now")).isEqualTo("now");
	}

	@Test
	void mayLoadTheSameKeyInsideItsOwnLoad() {
		TypedCache cache = strings();
		assertThat(cache.get("nested", () -> cache.get("nested", () -> "inner") + "!")).isEqualTo("inner!");
	}

	@Test
	void takesAnEntryOfAnotherTypeForMissing() {
		this.manager.getCache("events").put(4L, List.of("no event"));
		assertThat(this.shop.event(4)).isEqualTo(new Event(4, "four"));
	}

	@Test
	void putsOnlyWhereNothingIs() {
		TypedCache cache = strings();
		assertThat(cache.putIfAbsent("k", "first")).isNull();
		assertThat(cache.putIfAbsent("k", "second"))
			.satisfies((present) -> assertThat(present.get()).isEqualTo("first"));
		assertThat(cache.get("k", String.class)).isEqualTo("first");
	}

	@Test
	void letsEntriesExpire() {
		this.shop.event(6);
		assertThat(this.redis.keysWithTtl().values()).allMatch((ttl) -> ttl > 0);
	}

	@Test
	void saysHowToReadWithoutAType() {
		assertThatIllegalStateException().isThrownBy(() -> this.manager.getCache("events").get("k"))
			.withMessageContaining("'events'")
			.withMessageContaining("get(key, Class)");
	}

	@Test
	void goesToTheMethodWhileRedisIsDown() {
		try (Timers timers = new Timers()) {
			RedisGateway nowhere = new RedisGateway(Redis.connect("127.0.0.1", 1), Duration.ofSeconds(5), timers);
			try (AnnotationConfigApplicationContext down = start(this.redis, manager(this.redis, nowhere))) {
				Shop unreachable = down.getBean(Shop.class);
				assertThat(unreachable.event(1)).isEqualTo(new Event(1, "one"));
				assertThat(unreachable.synchronised("a")).isEqualTo("a");
				unreachable.forget(1);
			}
		}
	}

	private TypedCache strings() {
		return this.manager.getCache("events").as(ResolvableType.forClass(String.class));
	}

	private static String failure(TypedCache cache) {
		try {
			cache.as(ResolvableType.forClass(String.class)).get("fails", () -> {
				throw new IllegalStateException("out of luck");
			});
			return "";
		}
		catch (Cache.ValueRetrievalException ex) {
			return String.valueOf(ex.getCause());
		}
	}

	private static <T> List<T> twice(Callable<T> call) {
		try {
			return List.of(call.call(), call.call());
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private static <T> List<T> crowd(Callable<T> call) throws Exception {
		return Nodes.crowd(CROWD, call);
	}

	private static TypedCacheManager manager(Redis redis, RedisGateway gateway) {
		return TypedCacheManager.builder(gateway, redis.keys(), PayloadPipeline.of(redis.codec()))
			.defaults(CacheSettings.of(Duration.ofMinutes(1)))
			.build();
	}

	private static AnnotationConfigApplicationContext start(Redis redis, TypedCacheManager manager) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean(CachingConfigurer.class, () -> new Configurer(manager, new CacheKeys()));
		context.registerBean(TypedCachePostProcessor.class,
				() -> new TypedCachePostProcessor(context.getBeanFactory()));
		context.register(Application.class, Shop.class);
		context.refresh();
		return context;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching(proxyTargetClass = true)
	static class Application {

	}

	record Configurer(TypedCacheManager manager, CacheKeys keys) implements CachingConfigurer {

		@Override
		public CacheManager cacheManager() {
			return this.manager;
		}

		@Override
		public KeyGenerator keyGenerator() {
			return this.keys;
		}

	}

	record Event(long id, String title) {
	}

	abstract static class Generic<T> {

		@Cacheable("events")
		T generic(long id) {
			return make(id);
		}

		abstract T make(long id);

	}

	static class Shop extends Generic<Event> {

		private static final List<String> TITLES = List.of("zero", "one", "two", "three", "four", "five", "six");

		private final AtomicInteger loads = new AtomicInteger();

		int loads() {
			return this.loads.get();
		}

		@Override
		Event make(long id) {
			this.loads.incrementAndGet();
			return new Event(id, "generic");
		}

		@Cacheable("events")
		Event event(long id) {
			this.loads.incrementAndGet();
			return new Event(id, TITLES.get((int) id));
		}

		@Cacheable(cacheNames = "events", key = "'all'")
		List<Event> events() {
			this.loads.incrementAndGet();
			return List.of(new Event(1, "one"), new Event(2, "two"));
		}

		@Cacheable("events")
		Optional<Event> find(long id) {
			this.loads.incrementAndGet();
			return (id >= 0) ? Optional.of(new Event(id, TITLES.get((int) id))) : Optional.empty();
		}

		@Cacheable("events")
		@Nullable String nothing(String key) {
			this.loads.incrementAndGet();
			return null;
		}

		@Cacheable("events")
		CompletableFuture<Event> later(long id) {
			this.loads.incrementAndGet();
			return CompletableFuture.supplyAsync(() -> new Event(id, "later"));
		}

		@Cacheable(cacheNames = "events", sync = true)
		CompletableFuture<Event> laterOnce(long id) {
			return later(id);
		}

		@Cacheable(cacheNames = "events", sync = true)
		String synchronised(String key) {
			this.loads.incrementAndGet();
			return key;
		}

		@Cacheable("events")
		String pair(String first, @Nullable String second) {
			this.loads.incrementAndGet();
			return first + "|" + second;
		}

		@Cacheable("events")
		String single(String key) {
			this.loads.incrementAndGet();
			return key;
		}

		@CachePut(cacheNames = "events", key = "#id")
		Event rename(long id, String title) {
			return new Event(id, title);
		}

		@CacheEvict(cacheNames = "events", key = "#id")
		void forget(long id) {
		}

	}

}
