package io.github.redispatterns.benchmarks;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.CacheResult;
import com.alicp.jetcache.CacheValueHolder;
import com.alicp.jetcache.MultiLevelCacheBuilder;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.JacksonKeyConvertor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.codec.TypedJsonJacksonCodec;
import org.redisson.config.Config;
import org.redisson.spring.cache.CacheConfig;
import org.redisson.spring.cache.RedissonSpringCacheManager;
import org.springframework.core.ResolvableType;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.serializer.JacksonJsonRedisSerializer;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;
import tools.jackson.databind.json.JsonMapper;

import io.github.redispatterns.cache.BulkLoader;
import io.github.redispatterns.cache.CacheSettings;
import io.github.redispatterns.cache.NearSettings;
import io.github.redispatterns.cache.TypedCache;
import io.github.redispatterns.cache.TypedCacheManager;
import io.github.redispatterns.codec.JsonValueCodec;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.key.KeySpace;

/** The caches that are compared, each on a connection of its own, all with JSON. */
final class CachePeers implements AutoCloseable {

	private static final Duration LIFE = Duration.ofMinutes(30);

	private static final JsonMapper JSON = JsonMapper.shared();

	private final Target target;

	private final Deque<Runnable> ends = new ArrayDeque<>();

	CachePeers(Target target) {
		this.target = target;
	}

	Peer<ProductCache> ours() {
		return Peer.of(Case.OURS, () -> new OurCache(cache("far", null, Product.class)));
	}

	Peer<ProductCache> near() {
		return Peer.of(Case.OURS,
				() -> new OurCache(cache("near", new NearSettings(LIFE, 64 * 1024 * 1024), Product.class)));
	}

	/**
	 * A cache of a node of its own.
	 * @param name its name
	 * @param near its near cache, if any
	 * @param type what it holds
	 * @return the cache
	 */
	TypedCache cache(String name, @Nullable NearSettings near, Class<?> type) {
		LettuceConnectionFactory factory = factory(Connections.consolidated(this.target));
		Timers timers = new Timers();
		RedisGateway gateway = new RedisGateway(factory, Duration.ofSeconds(5), timers);
		TypedCacheManager manager = TypedCacheManager
			.builder(gateway, KeySpace.of("bench"), PayloadPipeline.of(new JsonValueCodec(JSON)))
			.cache(name, CacheSettings.builder().timeToLive(LIFE).near(near).build())
			.build();
		manager.start();
		this.ends.push(timers::close);
		this.ends.push(manager::stop);
		return manager.getCache(name).as(ResolvableType.forClass(type));
	}

	Peer<ProductCache> raw() {
		return Peer.of("raw", () -> {
			LettuceConnection connection = (LettuceConnection) factory(Connections.plain(this.target)).getConnection();
			return new RawCache(connection.getNativeConnection());
		});
	}

	Peer<ProductCache> spring() {
		return Peer.of("spring", () -> new SpringCache(springCache("spring")));
	}

	org.springframework.cache.Cache springCache(String name) {
		RedisCacheWriter writer = RedisCacheWriter.create(factory(Connections.plain(this.target)),
				(configurer) -> configurer.immediateWrites(true));
		RedisCacheConfiguration configuration = RedisCacheConfiguration.defaultCacheConfig()
			.entryTtl(LIFE)
			.serializeValuesWith(
					SerializationPair.fromSerializer(new JacksonJsonRedisSerializer<>(JSON, Product.class)));
		return Objects
			.requireNonNull(RedisCacheManager.builder(writer).cacheDefaults(configuration).build().getCache(name));
	}

	Peer<ProductCache> jetCache() {
		return Peer.of("jetcache", () -> new JetCache(jetCacheRemote("jetcache:")));
	}

	Peer<ProductCache> jetCacheNear() {
		return Peer.of("jetcache", () -> new JetCache(jetCacheBoth()));
	}

	private Cache<String, Product> jetCacheBoth() {
		Cache<String, Product> local = CaffeineCacheBuilder.createCaffeineCacheBuilder()
			.limit(100_000)
			.keyConvertor(JacksonKeyConvertor.INSTANCE)
			.expireAfterWrite(LIFE.toSeconds(), TimeUnit.SECONDS)
			.buildCache();
		return MultiLevelCacheBuilder.createMultiLevelCacheBuilder()
			.addCache(local, jetCacheRemote("jetcache-near:"))
			.expireAfterWrite(LIFE.toSeconds(), TimeUnit.SECONDS)
			.buildCache();
	}

	private Cache<String, Product> jetCacheRemote(String prefix) {
		RedisClient client = RedisClient.create(this.target.url());
		this.ends.push(client::shutdown);
		return RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder()
			.redisClient(client)
			.keyPrefix(prefix)
			.keyConvertor(JacksonKeyConvertor.INSTANCE)
			.valueEncoder((holder) -> JSON.writeValueAsBytes(Held.of((CacheValueHolder<?>) holder)))
			.valueDecoder((bytes) -> JSON.readValue(bytes, Held.class).holder())
			.expireAfterWrite(LIFE.toSeconds(), TimeUnit.SECONDS)
			.buildCache();
	}

	Peer<ProductCache> redisson() {
		return Peer.of("redisson", () -> {
			CacheConfig config = new CacheConfig(LIFE.toMillis(), 0);
			RedissonSpringCacheManager caches = new RedissonSpringCacheManager(redissonClient(),
					Map.of("redisson", config), new TypedJsonJacksonCodec(String.class, Product.class));
			return new SpringCache(Objects.requireNonNull(caches.getCache("redisson")));
		});
	}

	Peer<ProductCache> redissonLocal() {
		return Peer.of("redisson-local", () -> new MapCache(redissonLocalMap("redisson-local")));
	}

	RMap<String, Product> redissonLocalMap(String name) {
		return redissonClient().getLocalCachedMap(LocalCachedMapOptions.<String, Product>name(name)
			.codec(new TypedJsonJacksonCodec(String.class, Product.class)));
	}

	RedissonClient redissonClient() {
		Config config = new Config();
		config.useSingleServer().setAddress(this.target.url());
		RedissonClient redisson = Redisson.create(config);
		this.ends.push(redisson::shutdown);
		return redisson;
	}

	@Override
	public void close() {
		this.ends.forEach(Runnable::run);
	}

	private LettuceConnectionFactory factory(LettuceConnectionFactory factory) {
		this.ends.push(factory::destroy);
		return factory;
	}

	/** A cache behind Spring's interface. */
	private static class SpringCache implements ProductCache {

		private final org.springframework.cache.Cache cache;

		SpringCache(org.springframework.cache.Cache cache) {
			this.cache = cache;
		}

		@Override
		public @Nullable Product get(String key) {
			return this.cache.get(key, Product.class);
		}

		@Override
		public Product get(String key, Loader loader) {
			return Objects.requireNonNull(this.cache.get(key, loader::load));
		}

		@Override
		public void put(String key, Product product) {
			this.cache.put(key, product);
		}

	}

	/** Ours. */
	private static final class OurCache extends SpringCache {

		private final TypedCache cache;

		OurCache(TypedCache cache) {
			super(cache);
			this.cache = cache;
		}

		@Override
		public int getAll(Collection<String> keys) {
			BulkLoader<String, Product> none = (missing) -> Map.of();
			return this.cache.getAll(keys, none).size();
		}

	}

	/** What the driver can do without a cache around it. */
	private record RawCache(RedisClusterAsyncCommands<byte[], byte[]> redis) implements ProductCache {

		@Override
		public @Nullable Product get(String key) {
			byte[] value = this.redis.get(raw(key)).toCompletableFuture().join();
			return (value != null) ? JSON.readValue(value, Product.class) : null;
		}

		@Override
		public Product get(String key, Loader loader) throws Exception {
			Product found = get(key);
			if (found == null) {
				found = loader.load();
				put(key, found);
			}
			return found;
		}

		@Override
		public void put(String key, Product product) {
			this.redis.set(raw(key), JSON.writeValueAsBytes(product), SetArgs.Builder.px(LIFE))
				.toCompletableFuture()
				.join();
		}

		@Override
		public int getAll(Collection<String> keys) {
			byte[][] asked = keys.stream().map(RawCache::raw).toArray(byte[][]::new);
			return (int) this.redis.mget(asked)
				.toCompletableFuture()
				.join()
				.stream()
				.filter((value) -> value.hasValue() && JSON.readValue(value.getValue(), Product.class) != null)
				.count();
		}

		private static byte[] raw(String key) {
			return RedisGateway.utf8("raw:" + key);
		}

	}

	private record JetCache(Cache<String, Product> cache) implements ProductCache {

		@Override
		public @Nullable Product get(String key) {
			return this.cache.get(key);
		}

		@Override
		public Product get(String key, Loader loader) {
			return this.cache.computeIfAbsent(key, (same) -> loaded(loader));
		}

		private static Product loaded(Loader loader) {
			try {
				return loader.load();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public void put(String key, Product product) {
			// Its put does not wait.
			CacheResult result = this.cache.PUT(key, product);
			if (!result.isSuccess()) {
				throw new IllegalStateException(result.getMessage());
			}
		}

		@Override
		public int getAll(Collection<String> keys) {
			return this.cache.getAll(new LinkedHashSet<>(keys)).size();
		}

	}

	/**
	 * What JetCache stores, as JSON.
	 *
	 * @param value the product
	 * @param expireTime when it expires
	 * @param accessTime when it was last used
	 */
	private record Held(Product value, long expireTime, long accessTime) {

		static Held of(CacheValueHolder<?> holder) {
			return new Held((Product) holder.getValue(), holder.getExpireTime(), holder.getAccessTime());
		}

		CacheValueHolder<Product> holder() {
			CacheValueHolder<Product> holder = new CacheValueHolder<>();
			holder.setValue(this.value);
			holder.setExpireTime(this.expireTime);
			holder.setAccessTime(this.accessTime);
			return holder;
		}

	}

	private record MapCache(RMap<String, Product> map) implements ProductCache {

		@Override
		public @Nullable Product get(String key) {
			return this.map.get(key);
		}

		@Override
		public Product get(String key, Loader loader) throws Exception {
			Product found = this.map.get(key);
			return (found != null) ? found : loader.load();
		}

		@Override
		public void put(String key, Product product) {
			this.map.fastPut(key, product);
		}

		@Override
		public int getAll(Collection<String> keys) {
			return this.map.getAll(new LinkedHashSet<>(List.copyOf(keys))).size();
		}

	}

}
