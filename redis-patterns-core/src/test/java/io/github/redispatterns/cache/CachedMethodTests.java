package io.github.redispatterns.cache;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.interceptor.CacheErrorHandler;
import org.springframework.cache.interceptor.CacheResolver;
import org.springframework.cache.interceptor.LoggingCacheErrorHandler;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.redispatterns.cache.CacheStatistics.Event;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the annotations of methods mean, beyond what Spring's own cache does with them.
 */
@ExtendWith(RedisExtension.class)
class CachedMethodTests {

	private static final int CROWD = 50;

	private static final Duration ONE_MINUTE = Duration.ofMinutes(1);

	private final Redis redis;

	private final TypedCacheManager manager;

	private final AnnotationConfigApplicationContext context;

	private final Shop shop;

	CachedMethodTests(Redis redis) {
		this.redis = redis;
		this.manager = Nodes.node(redis)
			.loader(new Loader())
			.cache("fading",
					CacheSettings.builder().timeToLive(Duration.ofMillis(200)).staleIfError(ONE_MINUTE).build())
			.build();
		this.context = start(this.manager, null);
		this.shop = this.context.getBean(Shop.class);
	}

	@BeforeEach
	void forget() {
		Set.of("items", "others", "fading", "loaded").forEach((name) -> this.manager.getCache(name).clear());
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void loadsOnceForACrowdWithoutSync() throws Exception {
		assertThat(Nodes.crowd(CROWD, () -> this.shop.item(1))).containsOnly(new Item(1, "one", List.of("a")));
		assertThat(this.shop.calls()).hasValue(1);
	}

	@Test
	void loadsOnceForACrowdOfMonosAndFluxes() throws Exception {
		assertThat(Nodes.crowd(CROWD, () -> this.shop.mono(2).block())).containsOnly(new Item(2, "mono", List.of()));
		assertThat(this.shop.calls()).hasValue(1);
		assertThat(Nodes.crowd(CROWD, () -> this.shop.flux(3).collectList().block()))
			.containsOnly(List.of(new Item(3, "flux", List.of()), new Item(4, "flux", List.of())));
		assertThat(this.shop.calls()).hasValue(2);
	}

	@Test
	void loadsOnceForACrowdWithUnless() throws Exception {
		assertThat(Nodes.crowd(CROWD, () -> this.shop.unlessOdd(2))).containsOnly(2);
		assertThat(this.shop.calls()).hasValue(1);
	}

	@Test
	void loadsOnceForACrowdThroughAResolver() throws Exception {
		assertThat(Nodes.crowd(CROWD, () -> this.shop.resolved(8))).containsOnly(new Item(8, "resolved", List.of()));
		assertThat(this.shop.calls()).hasValue(1);
	}

	@Test
	void loadsOnceForACrowdInSeveralCaches() throws Exception {
		assertThat(Nodes.crowd(CROWD, () -> this.shop.inTwo(9))).containsOnly(new Item(9, "two", List.of()));
		assertThat(Nodes.crowd(CROWD, () -> this.shop.inTwoLater(10).join()))
			.containsOnly(new Item(10, "two", List.of()));
		assertThat(Nodes.crowd(CROWD, () -> this.shop.inTwoUnlessNew(10))).containsOnly(new Item(10, "two", List.of()));
		assertThat(this.shop.calls()).hasValue(2);
		assertThat(List.of(9L, 10L)).allSatisfy((id) -> {
			assertThat(item("items", id)).isNotNull();
			assertThat(item("others", id)).isNotNull();
		});
	}

	@Test
	void servesFromOneOfSeveralCachesWithoutFillingTheOther() {
		this.shop.inTwo(11);
		this.manager.getCache("items").evict(11L);
		this.shop.inTwo(11);
		this.shop.inTwoLater(11).join();
		assertThat(this.shop.calls()).hasValue(1);
		assertThat(item("items", 11)).isNull();
		this.manager.getCache("others").evict(11L);
		this.shop.inTwo(11);
		assertThat(this.shop.calls()).hasValue(2);
		assertThat(item("items", 11)).isNotNull();
	}

	@Test
	void keepsToUnlessInSeveralCaches() {
		this.shop.inTwoUnlessNew(12);
		assertThat(item("items", 12)).isNull();
		assertThat(item("others", 12)).isNull();
		this.shop.inTwoUnlessNew(12);
		assertThat(this.shop.calls()).hasValue(2);
	}

	@Test
	void keepsToUnlessOfAMono() {
		this.shop.monoUnlessNew(13).block();
		assertThat(item("items", 13)).isNull();
		this.shop.monoUnlessNew(13).block();
		assertThat(this.shop.calls()).hasValue(2);
	}

	@Test
	void servesStaleWithUnlessWhileTheMethodFails() {
		assertThat(this.shop.fading(14)).isEqualTo(14);
		this.shop.during(() -> {
			throw new IllegalStateException("down");
		});
		Awaitility.await().until(() -> {
			assertThat(this.shop.fading(14)).isEqualTo(14);
			return this.manager.getCache("fading").statistics().count(Event.FAIL_SAFE) == 1;
		});
	}

	private @Nullable Item item(String cache, long id) {
		return this.manager.getCache(cache).get(id, Item.class);
	}

	@Test
	void keepsToUnless() {
		assertThat(this.shop.unlessOdd(1)).isEqualTo(1);
		assertThat(this.shop.unlessOdd(1)).isEqualTo(1);
		assertThat(this.shop.unlessOdd(2)).isEqualTo(2);
		assertThat(this.shop.unlessOdd(2)).isEqualTo(2);
		assertThat(this.shop.calls()).hasValue(3);
	}

	@Test
	void doesNotKeepWhatWasInvalidatedWhileTheMethodRan() {
		doesNotKeepWhatWasInvalidatedDuring(this.shop::taggedUnlessOdd);
		doesNotKeepWhatWasInvalidatedDuring(this.shop::evictingAnother);
	}

	private void doesNotKeepWhatWasInvalidatedDuring(IntConsumer method) {
		for (Runnable invalidation : List.<Runnable>of(() -> this.manager.getCache("items").evict(4),
				() -> this.manager.getCache("items").clear(), () -> this.shop.evictTags("even"))) {
			this.manager.getCache("items").evict(4);
			this.shop.during(invalidation);
			method.accept(4);
			this.shop.during(() -> {
			});
			int calls = this.shop.calls().get();
			method.accept(4);
			assertThat(this.shop.calls().get()).isEqualTo(calls + 1);
			method.accept(4);
			assertThat(this.shop.calls().get()).isEqualTo(calls + 1);
		}
	}

	@Test
	void letsOthersLoadAtOnceWhereOneAsksAndPutsApart() {
		CountDownLatch go = new CountDownLatch(1);
		this.shop.during(() -> await(go));
		CompletableFuture<Integer> slow = CompletableFuture.supplyAsync(() -> this.shop.evictingAnother(6));
		Awaitility.await().until(() -> this.shop.calls().get() == 1);
		this.shop.during(() -> {
		});
		assertThat(this.shop.evictingAnother(6)).isEqualTo(6);
		go.countDown();
		slow.join();
		assertThat(this.shop.calls()).hasValue(2);
	}

	@Test
	void knowsTheTypeThroughACacheManagerThatTheAnnotationNames() {
		assertThat(this.shop.named(7)).isEqualTo(new Item(7, "named", List.of()));
		assertThat(this.shop.named(7)).isEqualTo(new Item(7, "named", List.of()));
		assertThat(this.shop.calls()).hasValue(1);
	}

	@Test
	void worksWithAConfigurerOfTheApplication() {
		CachingConfigurer own = new CachingConfigurer() {

			@Override
			public CacheManager cacheManager() {
				return CachedMethodTests.this.manager;
			}

		};
		try (AnnotationConfigApplicationContext other = start(this.manager, own)) {
			Shop otherShop = other.getBean(Shop.class);
			assertThat(otherShop.item(1)).isEqualTo(otherShop.item(1));
			assertThat(otherShop.pair("a", "b")).isEqualTo("ab");
			assertThat(otherShop.pair("a", "b")).isEqualTo("ab");
			assertThat(otherShop.calls()).hasValue(2);
		}
	}

	@Test
	void evictsByTagsOfArgumentsAndResult() {
		Supplier<Integer> calls = () -> this.shop.calls().get();
		this.shop.item(1);
		this.shop.item(2);
		this.shop.evictTags("a");
		this.shop.item(2);
		assertThat(calls.get()).isEqualTo(2);
		this.shop.item(1);
		assertThat(calls.get()).isEqualTo(3);
		this.shop.evictItems(List.of(1L, 2L));
		this.shop.item(1);
		this.shop.item(2);
		assertThat(calls.get()).isEqualTo(5);
		this.shop.put(1);
		this.shop.evictTags("put");
		this.shop.item(1);
		assertThat(calls.get()).isEqualTo(6);
	}

	@Test
	void evictsAMillionEntriesByOneScript() {
		this.shop.item(1);
		Map<String, Long> commands = this.redis.commandsDuring(() -> this.shop.evictTags("a"));
		assertThat(commands).containsEntry("evalsha", 1L).doesNotContainKeys("del", "scan", "srem");
	}

	@Test
	void takesALostTagForInvalid() {
		this.shop.item(1);
		this.shop.item(2);
		this.shop.evictTags("another");
		assertThat(this.shop.item(1)).isNotNull();
		assertThat(this.shop.calls()).hasValue(2);
		this.redis.commands().del(this.redis.keys().child("cache-tags").key("items"));
		this.shop.evictTags("one more");
		this.shop.item(1);
		assertThat(this.shop.calls()).hasValue(3);
		this.shop.evictTags("again");
		this.redis.commands().del(this.redis.keys().child("cache-tags").key("items"));
		this.shop.item(1);
		assertThat(this.shop.calls()).hasValue(4);
		this.redis.commands().del(this.redis.keys().child("cache-state").key("items"));
		this.shop.item(1);
		assertThat(this.shop.calls()).hasValue(5);
	}

	@Test
	void loadsThroughTheLoaderOfACache() throws Exception {
		TypedCache cache = this.manager.getCache("loaded");
		Loader.LOADS.set(0);
		assertThat(Nodes.crowd(CROWD, () -> cache.get(5L, Item.class))).containsOnly(new Item(5, "loaded", List.of()));
		assertThat(cache.get(5L)).satisfies((hit) -> assertThat(hit.get()).isEqualTo(new Item(5, "loaded", List.of())));
		assertThat(cache.retrieve(5L)).succeedsWithin(Duration.ofSeconds(10));
		assertThat(Loader.LOADS).hasValue(1);
	}

	@Test
	void knowsTheTypeWhereTheTargetIsAProxyItself() {
		Mapper mapper = this.context.getBean(Mapper.class);
		assertThat(mapper.items()).isEqualTo(mapper.items()).containsExactly(new Item(1, "mapped", List.of()));
	}

	@Test
	void leavesSyncThatIsAskedForToSpring() {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.shop.syncUnless(1))
			.withMessageContaining("unless");
	}

	@Test
	void asksTheErrorHandlerAboutOutages() {
		try (RedisServer server = DevRedis.start();
				Nodes.Connection connection = new Nodes.Connection(server.host(), server.port(),
						Duration.ofMillis(200))) {
			TypedCacheManager closed = Nodes.node(connection.gateway(), this.redis)
				.defaults(CacheSettings.builder().onRedisFailure(OnRedisFailure.CLOSED).build())
				.build();
			CachingConfigurer logging = new CachingConfigurer() {

				@Override
				public CacheErrorHandler errorHandler() {
					return new LoggingCacheErrorHandler();
				}

			};
			try (AnnotationConfigApplicationContext other = start(closed, logging)) {
				Shop otherShop = other.getBean(Shop.class);
				server.pause();
				assertThat(otherShop.unlessOdd(2)).isEqualTo(2);
				assertThat(otherShop.calls()).hasValue(1);
			}
			finally {
				server.resume();
			}
		}
	}

	@Test
	void throwsWhatTheMethodThrows() {
		assertThatExceptionOfType(IOException.class).isThrownBy(this.shop::failingInTwo);
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(this.shop::failing);
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.shop.failingMono().block());
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static AnnotationConfigApplicationContext start(TypedCacheManager manager,
			@Nullable CachingConfigurer configurer) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean("cacheManager", CacheManager.class, () -> manager);
		context.registerBean("byMethod", CacheResolver.class, () -> (call) -> Set
			.of(manager.getCache(call.getOperation().getCacheNames().isEmpty() ? "items" : "others")));
		if (configurer != null) {
			context.registerBean(CachingConfigurer.class, () -> configurer);
		}
		context.registerBean(TypedCachePostProcessor.class,
				() -> new TypedCachePostProcessor(context.getBeanFactory()));
		context.registerBean(EvictTagsAdvisor.class,
				() -> new EvictTagsAdvisor(() -> manager, context.getBeanFactory()),
				(definition) -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE));
		context.registerBean(Mapper.class, CachedMethodTests::mapper);
		context.register(Application.class, Shop.class);
		context.refresh();
		return context;
	}

	private static Mapper mapper() {
		return (Mapper) Proxy.newProxyInstance(Mapper.class.getClassLoader(), new Class<?>[] { Mapper.class },
				(proxy, method, args) -> List.of(new Item(1, "mapped", List.of())));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching(proxyTargetClass = true)
	static class Application {

	}

	/** As of libraries that make objects of interfaces. */
	interface Mapper {

		@Cacheable(cacheNames = "items", key = "'all'", unless = "#result.isEmpty()")
		List<Item> items();

	}

	record Item(long id, String name, List<String> categories) {
	}

	static final class Loader implements CacheLoader<Long, Item> {

		static final AtomicInteger LOADS = new AtomicInteger();

		@Override
		public String cacheName() {
			return "loaded";
		}

		@Override
		public Item load(Long key) {
			LOADS.incrementAndGet();
			return new Item(key, "loaded", List.of());
		}

	}

	static class Shop {

		private final AtomicInteger calls = new AtomicInteger();

		private volatile Runnable during = () -> {
		};

		AtomicInteger calls() {
			return this.calls;
		}

		void during(Runnable during) {
			this.during = during;
		}

		@Cacheable("items")
		@CacheTags({ "'item-' + #id", "#result.categories" })
		Item item(long id) {
			this.calls.incrementAndGet();
			return new Item(id, (id == 1) ? "one" : "other", (id == 1) ? List.of("a") : List.of("b", "c"));
		}

		@CachePut(cacheNames = "items", key = "#id")
		@CacheTags("'put'")
		Item put(long id) {
			return new Item(id, "put", List.of());
		}

		@Cacheable("items")
		Mono<Item> mono(long id) {
			return Mono.fromCallable(() -> {
				this.calls.incrementAndGet();
				return new Item(id, "mono", List.of());
			});
		}

		@Cacheable("items")
		Flux<Item> flux(long id) {
			return Flux.defer(() -> {
				this.calls.incrementAndGet();
				return Flux.just(new Item(id, "flux", List.of()), new Item(id + 1, "flux", List.of()));
			});
		}

		@Cacheable(cacheNames = "items", unless = "#result % 2 == 1")
		Integer unlessOdd(int id) {
			this.calls.incrementAndGet();
			this.during.run();
			return id;
		}

		@Cacheable(cacheNames = "items", unless = "#result % 2 == 1")
		@CacheTags("#result % 2 == 0 ? 'even' : 'odd'")
		Integer taggedUnlessOdd(int id) {
			return unlessOdd(id);
		}

		@Cacheable("items")
		@CacheEvict(cacheNames = "others", key = "#id")
		@CacheTags("#result % 2 == 0 ? 'even' : 'odd'")
		Integer evictingAnother(int id) {
			return unlessOdd(id);
		}

		@Cacheable(cacheNames = "fading", unless = "#result % 2 == 1")
		Integer fading(int id) {
			return unlessOdd(id);
		}

		@Cacheable(cacheResolver = "byMethod", unless = "#result == null")
		Item resolved(long id) {
			this.calls.incrementAndGet();
			return new Item(id, "resolved", List.of());
		}

		@Cacheable({ "items", "others" })
		Item inTwo(long id) {
			this.calls.incrementAndGet();
			return new Item(id, "two", List.of());
		}

		@Cacheable({ "items", "others" })
		CompletableFuture<Item> inTwoLater(long id) {
			return CompletableFuture.supplyAsync(() -> inTwo(id));
		}

		@Cacheable(cacheNames = { "items", "others" }, unless = "#result.name == 'two'")
		Item inTwoUnlessNew(long id) {
			return inTwo(id);
		}

		@Cacheable(cacheNames = "items", unless = "#result.name == 'two'")
		Mono<Item> monoUnlessNew(long id) {
			return Mono.fromCallable(() -> inTwo(id));
		}

		@Cacheable(cacheNames = "items", cacheManager = "cacheManager")
		Item named(long id) {
			this.calls.incrementAndGet();
			return new Item(id, "named", List.of());
		}

		@Cacheable("items")
		String pair(String first, String second) {
			this.calls.incrementAndGet();
			return first + second;
		}

		@Cacheable(cacheNames = "items", sync = true, unless = "#result == 1")
		Integer syncUnless(int id) {
			return id;
		}

		@Cacheable({ "items", "others" })
		Item failingInTwo() throws IOException {
			throw new IOException("out of luck");
		}

		@Cacheable("items")
		Item failing() {
			throw new IllegalStateException("out of luck");
		}

		@Cacheable("items")
		Mono<Item> failingMono() {
			return Mono.error(new IllegalStateException("out of luck"));
		}

		@EvictTags(cacheNames = "items", tags = "#tag")
		void evictTags(String tag) {
		}

		@EvictTags(cacheNames = "items", tags = "#ids.![ 'item-' + #this ]")
		void evictItems(List<Long> ids) {
		}

	}

}
