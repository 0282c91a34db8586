package io.github.redispatterns.autoconfigure.cache;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.support.NoOpCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.redispatterns.autoconfigure.Contexts;
import io.github.redispatterns.cache.CacheSettings;
import io.github.redispatterns.cache.TypedCacheManager;

import static org.assertj.core.api.Assertions.assertThat;

class CacheAutoConfigurationTests {

	private final ApplicationContextRunner contexts = Contexts.plain(CacheAutoConfiguration.class,
			org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration.class);

	@Test
	void takesThePlaceOfSpringBootsCacheManager() {
		this.contexts.withUserConfiguration(Caching.class)
			.run((context) -> assertThat(context).hasSingleBean(CacheManager.class)
				.hasSingleBean(TypedCacheManager.class)
				.hasSingleBean(CachingConfigurer.class));
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
				.doesNotHaveBean(CachingConfigurer.class));
	}

	@Test
	void backsOffFromTheUsersCacheManager() {
		this.contexts.withUserConfiguration(OwnCacheManager.class)
			.run((context) -> assertThat(context).hasSingleBean(CacheManager.class)
				.doesNotHaveBean(TypedCacheManager.class)
				.doesNotHaveBean(CachingConfigurer.class));
	}

	@Test
	void worksWithoutSpringBootsCacheModule() {
		Contexts.plain(CacheAutoConfiguration.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.cache"))
			.run((context) -> assertThat(context).hasSingleBean(TypedCacheManager.class));
	}

	@Test
	void hasDefaultsAndSettingsOfSingleCaches() {
		CacheProperties properties = bind("redis-patterns.cache.caches.events.time-to-live", "1m");
		assertThat(properties.defaults()).isEqualTo(CacheSettings.of(Duration.ofMinutes(10)));
		assertThat(properties.settings()).containsOnlyKeys("events")
			.containsEntry("events", CacheSettings.of(Duration.ofMinutes(1)));
	}

	private static CacheProperties bind(String property, String value) {
		MapConfigurationPropertySource source = new MapConfigurationPropertySource();
		source.put(property, value);
		return new Binder(source).bindOrCreate("redis-patterns.cache", CacheProperties.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnCacheManager {

		@Bean
		CacheManager mine() {
			return new NoOpCacheManager();
		}

	}

}
