package io.github.redispatterns.autoconfigure.cache;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.support.NoOpCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.autoconfigure.cache.endpoint.RedisCachesEndpoint;
import io.github.redispatterns.autoconfigure.cache.endpoint.RedisCachesEndpointAutoConfiguration;
import io.github.redispatterns.autoconfigure.cache.metrics.CacheMetricsAutoConfiguration;
import io.github.redispatterns.cache.CacheLoader;
import io.github.redispatterns.cache.CacheSettings;
import io.github.redispatterns.cache.CacheWriter;
import io.github.redispatterns.cache.CacheableAllAdvisor;
import io.github.redispatterns.cache.EvictTagsAdvisor;
import io.github.redispatterns.cache.NearSettings;
import io.github.redispatterns.cache.TypedCache;
import io.github.redispatterns.cache.TypedCacheManager;
import io.github.redispatterns.cache.WriteBehindSettings;
import io.github.redispatterns.codec.PayloadCipher;
import io.github.redispatterns.codec.TinkPayloadCipher;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.gateway.RedisGateway;

import static org.assertj.core.api.Assertions.assertThat;

class CacheAutoConfigurationTests {

	private final ApplicationContextRunner contexts = Contexts.plain(CacheAutoConfiguration.class,
			org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration.class);

	@Test
	void takesThePlaceOfSpringBootsCacheManager() {
		this.contexts.withUserConfiguration(Caching.class)
			.run((context) -> assertThat(context).hasSingleBean(CacheManager.class)
				.hasSingleBean(TypedCacheManager.class)
				.hasSingleBean(EvictTagsAdvisor.class)
				.hasSingleBean(CacheableAllAdvisor.class));
	}

	@Test
	void isOffByProperty() {
		this.contexts.withPropertyValues("redis-patterns.cache.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(TypedCacheManager.class));
	}

	@Test
	void leavesAnotherStoreToSpringBoot() {
		this.contexts.withUserConfiguration(Caching.class)
			.withPropertyValues("spring.cache.type=none")
			.run((context) -> assertThat(context).hasSingleBean(NoOpCacheManager.class)
				.doesNotHaveBean(TypedCacheManager.class));
	}

	@Test
	void backsOffFromTheUsersCacheManager() {
		this.contexts.withUserConfiguration(OwnCacheManager.class)
			.run((context) -> assertThat(context).hasSingleBean(CacheManager.class)
				.doesNotHaveBean(TypedCacheManager.class));
	}

	@Test
	void worksWithoutSpringBootsCacheModule() {
		Contexts.plain(CacheAutoConfiguration.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.cache"))
			.run((context) -> assertThat(context).hasSingleBean(TypedCacheManager.class));
	}

	@Test
	void hasTheDefaultsOfCore() {
		assertThat(bind(Map.of()).defaults()).isEqualTo(CacheSettings.builder().build());
		CacheProperties near = bind(Map.of("redis-patterns.cache.near.enabled", "true"));
		assertThat(near.defaults().near()).isEqualTo(NearSettings.ofDefaults());
	}

	@Test
	void hasSettingsOfSingleCachesOverTheDefaults() {
		CacheProperties properties = bind(
				Map.of("redis-patterns.cache.stale-if-error", "1h", "redis-patterns.cache.caches.events.time-to-live",
						"1m", "redis-patterns.cache.caches.events.near.enabled", "true",
						"redis-patterns.cache.caches.events.near.max-size", "1MB"));
		assertThat(properties.settings()).containsOnlyKeys("events");
		assertThat(properties.settings().get("events")).isEqualTo(CacheSettings.builder()
			.staleIfError(Duration.ofHours(1))
			.timeToLive(Duration.ofMinutes(1))
			.near(new NearSettings(NearSettings.DEFAULT_TIME_TO_LIVE, 1024 * 1024))
			.build());
		assertThat(properties.defaults().near()).isNull();
	}

	@Test
	void writesLaterWhereACacheSaysSo() {
		CacheProperties properties = bind(Map.of("redis-patterns.cache.write-behind.interval", "1s",
				"redis-patterns.cache.caches.squares.write-behind.enabled", "true",
				"redis-patterns.cache.caches.squares.write-behind.max-pending", "7"));
		assertThat(properties.defaults().writeBehind()).isNull();
		WriteBehindSettings later = new WriteBehindSettings(Duration.ofSeconds(1), 100, 7, Duration.ofSeconds(5), 5,
				Duration.ofMillis(100), Duration.ofSeconds(30));
		assertThat(properties.settings()).containsEntry("squares", CacheSettings.builder().writeBehind(later).build());
	}

	@Test
	void refusesSettingsThatMakeNoSense() {
		for (String property : List.of("on-redis-failure=local", "time-to-live=0s", "caches.a.time-to-live=-1s",
				"write-behind.batch-size=0", "caches.a.write-behind.delay=0s")) {
			this.contexts.withPropertyValues("redis-patterns.cache." + property)
				.run((context) -> assertThat(context).hasFailed()
					.getFailure()
					.rootCause()
					.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
							(failure) -> assertThat("redis-patterns.cache." + property).startsWith(failure.getName())));
		}
	}

	@Test
	void callsTheWriterOfACacheLater() {
		this.contexts.withUserConfiguration(Extensions.class)
			.withPropertyValues("spring.data.redis.url=" + DevRedis.shared().url(), "redis-patterns.gateway.timeout=5s",
					"redis-patterns.cache.caches.written.write-behind.enabled=true",
					"redis-patterns.cache.caches.written.write-behind.interval=10ms")
			.run((context) -> {
				context.getBean(TypedCacheManager.class).getCache("written").put(4, 16);
				Awaitility.await()
					.until(() -> Integer.valueOf(16).equals(context.getBean(Written.class).values.get(4)));
			});
	}

	@Test
	void compressesAsTheApplicationsPayloads() {
		this.contexts.withUserConfiguration(Extensions.class)
			.withPropertyValues("spring.data.redis.url=" + DevRedis.shared().url(), "redis-patterns.gateway.timeout=5s",
					"redis-patterns.codec.compression.algorithm=deflate")
			.run((context) -> {
				TypedCache cache = context.getBean(TypedCacheManager.class).getCache("texts");
				cache.put(1, "x".repeat(100_000));
				assertThat(cache.explain(1).bytes()).isBetween(1L, 10_000L);
				assertThat(cache.get(1, String.class)).hasSize(100_000);
			});
	}

	@Test
	void encryptsAsTheApplicationsPayloads() throws GeneralSecurityException {
		AeadConfig.register();
		PayloadCipher cipher = TinkPayloadCipher.of(KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM));
		this.contexts.withUserConfiguration(Extensions.class)
			.withBean(PayloadCipher.class, () -> cipher)
			.withPropertyValues("spring.data.redis.url=" + DevRedis.shared().url(), "redis-patterns.gateway.timeout=5s")
			.run((context) -> {
				TypedCache cache = context.getBean(TypedCacheManager.class).getCache("secrets");
				cache.put(1, "nobody reads this");
				String key = cache.explain(1).redisKey();
				assertThat(context.getBean(RedisGateway.class).command((redis) -> redis.get(RedisGateway.utf8(key))))
					.succeedsWithin(Duration.ofSeconds(5))
					.asString()
					.isNotEmpty()
					.doesNotContain("nobody");
				assertThat(cache.get(1, String.class)).isEqualTo("nobody reads this");
			});
	}

	@Test
	void usesLoadersPoliciesAndCustomizers() {
		this.contexts.withUserConfiguration(Extensions.class)
			.withPropertyValues("spring.data.redis.url=" + DevRedis.shared().url(), "redis-patterns.gateway.timeout=5s")
			.run((context) -> {
				TypedCacheManager caches = context.getBean(TypedCacheManager.class);
				assertThat(caches.getCache("squares").get(7, Integer.class)).isEqualTo(49);
				assertThat(caches.getCacheNames()).contains("customized");
			});
	}

	@Test
	void saysThatANearCacheNeedsCaffeine() {
		this.contexts.withClassLoader(new FilteredClassLoader("com.github.benmanes.caffeine"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(TypedCacheManager.class));
		this.contexts.withClassLoader(new FilteredClassLoader("com.github.benmanes.caffeine"))
			.withPropertyValues("redis-patterns.cache.near.enabled=true")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("caffeine"));
	}

	@Test
	void showsAndClearsCaches() {
		this.contexts.withConfiguration(AutoConfigurations.of(RedisCachesEndpointAutoConfiguration.class))
			.withUserConfiguration(Extensions.class)
			.withPropertyValues("spring.data.redis.url=" + DevRedis.shared().url(), "redis-patterns.gateway.timeout=5s",
					"management.endpoints.web.exposure.include=rediscaches")
			.run((context) -> {
				RedisCachesEndpoint endpoint = context.getBean(RedisCachesEndpoint.class);
				TypedCache cache = context.getBean(TypedCacheManager.class)
					.getCache("squares")
					.tagged((value) -> Set.of("number"));
				cache.put(3, 9);
				assertThat(endpoint.explain("squares", List.of("3"))).satisfies((entry) -> {
					assertThat(entry.verdict()).isEqualTo("fresh");
					assertThat(entry.tags()).containsExactly("number");
					assertThat(entry.age()).isGreaterThanOrEqualTo(Duration.ofMillis(-10));
					assertThat(entry.fresh()).isPositive();
					assertThat(entry.stored()).isPositive();
				});
				endpoint.clear("squares", List.of("number"));
				assertThat(endpoint.explain("squares", List.of("3")))
					.satisfies((entry) -> assertThat(entry.verdict()).contains("one of its tags"));
				cache.put(3, 9);
				endpoint.clear("squares", null);
				assertThat(endpoint.explain("squares", List.of("3")))
					.satisfies((entry) -> assertThat(entry.verdict()).contains("cleared"));
				assertThat(endpoint.explain("squares", List.of("4")))
					.satisfies((entry) -> assertThat(entry.verdict()).isEqualTo("not there"));
				assertThat(endpoint.explain("nope", List.of("4"))).isNull();
				assertThat(endpoint.caches().get("squares")).containsEntry("put", 2L);
			});
	}

	@Test
	void countsWhatHappens() {
		this.contexts.withConfiguration(AutoConfigurations.of(CacheMetricsAutoConfiguration.class))
			.withUserConfiguration(Extensions.class)
			.withPropertyValues("spring.data.redis.url=" + DevRedis.shared().url(), "redis-patterns.gateway.timeout=5s")
			.run((context) -> {
				SimpleMeterRegistry registry = new SimpleMeterRegistry();
				context.getBean(MeterBinder.class).bindTo(registry);
				TypedCache cache = context.getBean(TypedCacheManager.class).getCache("squares");
				cache.clear();
				cache.get(5, Integer.class);
				cache.get(5, Integer.class);
				assertThat(registry.get("redis.patterns.cache.gets")
					.tags("name", "squares", "outcome", "hit")
					.functionCounter()
					.count()).isOne();
				assertThat(
						registry.get("redis.patterns.cache.load.time").tag("name", "squares").functionTimer().count())
					.isOne();
				assertThat(registry.get("redis.patterns.cache.near.lag").timeGauge().value()).isZero();
			});
	}

	private static CacheProperties bind(Map<String, String> properties) {
		MapConfigurationPropertySource source = new MapConfigurationPropertySource(properties);
		return new Binder(source).bindOrCreate("redis-patterns.cache", CacheProperties.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

	}

	@Configuration(proxyBeanMethods = false)
	static class Extensions {

		@Bean
		Squares squares() {
			return new Squares();
		}

		@Bean
		Written written() {
			return new Written();
		}

		@Bean
		CacheManagerCustomizer customizer() {
			return (builder) -> builder.cache("customized", CacheSettings.of(Duration.ofMinutes(1)));
		}

	}

	static final class Written implements CacheWriter<Integer, Integer> {

		private final Map<Integer, Integer> values = new ConcurrentHashMap<>();

		@Override
		public String cacheName() {
			return "written";
		}

		@Override
		public void write(Integer key, Integer value) {
			this.values.put(key, value);
		}

		@Override
		public void delete(Integer key) {
			this.values.remove(key);
		}

	}

	static final class Squares implements CacheLoader<Integer, Integer> {

		@Override
		public String cacheName() {
			return "squares";
		}

		@Override
		public Integer load(Integer key) {
			return key * key;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnCacheManager {

		@Bean
		CacheManager mine() {
			return new NoOpCacheManager();
		}

	}

}
