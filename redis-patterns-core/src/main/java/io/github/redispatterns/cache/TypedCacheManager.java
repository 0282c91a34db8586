package io.github.redispatterns.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.CacheManager;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.github.redispatterns.codec.EntryCodec;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * The caches of an application. Every name is a cache; those without settings of their
 * own have the defaults.
 */
public final class TypedCacheManager implements CacheManager, SmartLifecycle {

	private static final int PHASE = 101;

	private final CacheResources resources;

	private final CacheKeys keys;

	private final CacheSettings defaults;

	private final Map<String, CacheSettings> settings;

	private final Map<String, TtlPolicy> ttlPolicies;

	private final Map<String, CacheLoader<?, ?>> loaders;

	private final Map<String, CacheWriter<Object, Object>> writers;

	private final PayloadPipeline payloads;

	private final Map<String, TypedCache> caches = new ConcurrentHashMap<>();

	private final List<Consumer<TypedCache>> listeners = new CopyOnWriteArrayList<>();

	private volatile boolean running;

	private TypedCacheManager(Builder builder) {
		Mailbox mailbox = new Mailbox(builder.gateway, builder.root, builder.background);
		this.resources = new CacheResources(builder.gateway, builder.root, new EntryCodec(builder.payloads),
				new ServerClock(), mailbox, new InvalidationLog(builder.gateway, builder.root, builder.background),
				builder.executor, builder.background);
		this.keys = builder.keys;
		this.defaults = builder.defaults;
		this.settings = Map.copyOf(builder.settings);
		this.ttlPolicies = Map.copyOf(builder.ttlPolicies);
		this.loaders = Map.copyOf(builder.loaders);
		this.writers = Map.copyOf(builder.writers);
		this.payloads = builder.payloads;
		this.settings.keySet().forEach(this::getCache);
	}

	/**
	 * Begin to build a manager.
	 * @param gateway the way to Redis
	 * @param root the key space of the application
	 * @param payloads reads and writes values
	 * @return the builder
	 */
	public static Builder builder(RedisGateway gateway, KeySpace root, PayloadPipeline payloads) {
		return new Builder(gateway, root, payloads);
	}

	@Override
	public TypedCache getCache(String name) {
		TypedCache known = this.caches.get(name);
		return (known != null) ? known : added(name);
	}

	private TypedCache added(String name) {
		TypedCache created = create(name);
		TypedCache known = this.caches.putIfAbsent(name, created);
		if (known == null) {
			created.follow(this.resources.log());
			if (this.running && created.writes() != null) {
				created.writes().start();
			}
			this.listeners.forEach((listener) -> listener.accept(created));
		}
		return (known != null) ? known : created;
	}

	@Override
	public Collection<String> getCacheNames() {
		return Set.copyOf(this.caches.keySet());
	}

	/**
	 * Be told of all caches, those that are there and those to come.
	 * @param listener is told of each once
	 */
	public void onCache(Consumer<TypedCache> listener) {
		this.listeners.add(listener);
		this.caches.values().forEach(listener);
	}

	/**
	 * How long ago this node was last known to have heard of all invalidations by others.
	 * @return about a second at most while all is well; zero without near caches
	 */
	public Duration nearCacheLag() {
		return this.resources.log().lag();
	}

	@Override
	public void start() {
		this.running = true;
		this.resources.mailbox().open();
		this.resources.log().start();
		writes().forEach(WriteBehind::start);
	}

	/**
	 * Do the writes that wait for their sources, for ten seconds at most, and close the
	 * connections of this manager. Its caches work without near caches then.
	 */
	@Override
	public void stop() {
		this.running = false;
		try {
			CompletableFuture.allOf(writes().stream().map(WriteBehind::stop).toArray(CompletableFuture[]::new)).join();
		}
		finally {
			closeConnections();
		}
	}

	private void closeConnections() {
		try {
			this.resources.mailbox().close();
		}
		finally {
			this.resources.log().stop();
		}
	}

	private List<WriteBehind> writes() {
		return this.caches.values().stream().map(TypedCache::writes).filter(Objects::nonNull).toList();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Stops before the gateway does. */
	@Override
	public int getPhase() {
		return PHASE;
	}

	private TypedCache create(String name) {
		CacheSettings own = this.settings.getOrDefault(name, this.defaults);
		Duration longest = own.timeToLive().plus(own.staleTime());
		CacheVersions versions = new CacheVersions(this.resources.gateway(), this.resources.root(), name, longest);
		CacheWriter<Object, Object> writer = this.writers.get(name);
		WriteBehind writes = writeBehind(name, own.writeBehind(), writer);
		CacheEngine engine = new CacheEngine(name, own, this.ttlPolicies.get(name), writes, versions, this.resources);
		CacheSource source = (writer != null && writes == null) ? new CacheSource(name, writer) : null;
		CacheLoader<?, ?> loader = this.loaders.get(name);
		return new TypedCache(engine, this.resources, this.keys, loader, source, writes,
				(loader != null) ? loader.valueType() : null, ValueRules.NONE);
	}

	private @Nullable WriteBehind writeBehind(String name, @Nullable WriteBehindSettings later,
			@Nullable CacheWriter<Object, Object> writer) {
		if (later == null) {
			return null;
		}
		if (writer == null) {
			throw new IllegalStateException(
					"Cache '%s' is to write to its source later, but there is no CacheWriter for it".formatted(name));
		}
		WriteQueue queue = new WriteQueue(this.resources.gateway(), this.resources.root(), name, this.payloads, writer);
		return new WriteBehind(name, later, this.resources.gateway(), queue, this.resources.background());
	}

	/** Builds a manager. */
	public static final class Builder {

		private final RedisGateway gateway;

		private final KeySpace root;

		private final PayloadPipeline payloads;

		private final Map<String, CacheSettings> settings = new HashMap<>();

		private final Map<String, TtlPolicy> ttlPolicies = new HashMap<>();

		private final Map<String, CacheLoader<?, ?>> loaders = new HashMap<>();

		private final Map<String, CacheWriter<Object, Object>> writers = new HashMap<>();

		private CacheKeys keys = new CacheKeys();

		private CacheSettings defaults = CacheSettings.builder().build();

		private Executor executor = ForkJoinPool.commonPool();

		private Executor background = threads();

		Builder(RedisGateway gateway, KeySpace root, PayloadPipeline payloads) {
			this.gateway = gateway;
			this.root = root;
			this.payloads = payloads;
		}

		/**
		 * Set what makes the keys of entries.
		 * @param keys the keys
		 * @return this
		 */
		public Builder keys(CacheKeys keys) {
			this.keys = keys;
			return this;
		}

		/**
		 * Set the settings of caches that have none of their own.
		 * @param defaults the settings
		 * @return this
		 */
		public Builder defaults(CacheSettings defaults) {
			this.defaults = defaults;
			return this;
		}

		/**
		 * Set the settings of a cache.
		 * @param name the name of the cache
		 * @param settings its settings
		 * @return this
		 */
		public Builder cache(String name, CacheSettings settings) {
			this.settings.put(name, settings);
			return this;
		}

		/**
		 * Let a policy decide how long values are fresh.
		 * @param policy the policy, which names its cache
		 * @return this
		 */
		public Builder ttlPolicy(TtlPolicy policy) {
			this.ttlPolicies.put(policy.cacheName(), policy);
			return this;
		}

		/**
		 * Let a loader load what a cache misses.
		 * @param loader the loader, which names its cache
		 * @return this
		 */
		public Builder loader(CacheLoader<?, ?> loader) {
			this.loaders.put(loader.cacheName(), loader);
			return this;
		}

		/**
		 * Let a writer write to the source what is put into a cache.
		 * @param writer the writer, which names its cache
		 * @return this
		 */
		@SuppressWarnings("unchecked")
		public Builder writer(CacheWriter<?, ?> writer) {
			this.writers.put(writer.cacheName(), (CacheWriter<Object, Object>) writer);
			return this;
		}

		/**
		 * Set where a method that returns a future goes on after its cache was asked.
		 * @param executor must never make a task wait for another, since tasks may join
		 * each other; unless set, the common pool
		 * @return this
		 */
		public Builder executor(Executor executor) {
			this.executor = executor;
			return this;
		}

		/**
		 * Set where loads run that no caller lends its thread to: early, after a stale
		 * value was served, under a timeout, or for a future.
		 * @param background must never make a task wait for another; unless set, threads
		 * that come and go
		 * @return this
		 */
		public Builder background(Executor background) {
			this.background = background;
			return this;
		}

		/**
		 * Build the manager.
		 * @return the manager
		 */
		public TypedCacheManager build() {
			return new TypedCacheManager(this);
		}

		// A cache bounds the loads that it begins by itself; those that callers want as
		// futures are as many as they ask for.
		private static Executor threads() {
			CustomizableThreadFactory factory = new CustomizableThreadFactory("redis-patterns-cache-");
			factory.setDaemon(true);
			return Executors.newCachedThreadPool(factory);
		}

	}

}
