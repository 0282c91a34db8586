package io.github.redispatterns.cache;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import org.springframework.cache.CacheManager;

import io.github.redispatterns.codec.ValueCodec;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * The caches of an application. Every name is a cache; those without settings of their
 * own have the defaults.
 */
public final class TypedCacheManager implements CacheManager {

	private final RedisGateway gateway;

	private final KeySpace space;

	private final ValueCodec codec;

	private final CacheKeys keys;

	private final CacheSettings defaults;

	private final Map<String, CacheSettings> settings;

	private final Executor executor;

	private final Map<String, TypedCache> caches = new ConcurrentHashMap<>();

	/**
	 * Create the manager.
	 * @param gateway the way to Redis
	 * @param space the key space of caches
	 * @param codec reads and writes values
	 * @param keys makes the keys of entries
	 * @param defaults settings of a cache that has none of its own
	 * @param settings settings by the name of the cache
	 * @param executor where a method that returns a future goes on after its cache was
	 * asked; must never make a task wait for another, since tasks may join each other
	 */
	public TypedCacheManager(RedisGateway gateway, KeySpace space, ValueCodec codec, CacheKeys keys,
			CacheSettings defaults, Map<String, CacheSettings> settings, Executor executor) {
		this.gateway = gateway;
		this.space = space;
		this.codec = codec;
		this.keys = keys;
		this.defaults = defaults;
		this.settings = Map.copyOf(settings);
		this.executor = executor;
		settings.keySet().forEach(this::getCache);
	}

	@Override
	public TypedCache getCache(String name) {
		return this.caches.computeIfAbsent(name, this::create);
	}

	@Override
	public Collection<String> getCacheNames() {
		return Set.copyOf(this.caches.keySet());
	}

	private TypedCache create(String name) {
		return new TypedCache(name, this.gateway, this.space.child(name), this.keys, this.codec,
				this.settings.getOrDefault(name, this.defaults), this.executor);
	}

}
