package io.github.redispatterns.cache;

import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.support.SimpleValueWrapper;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.key.KeySpace;

/**
 * A cache whose values are JSON, read as the type that the reader declares. Every write
 * is on the server when the call returns, so a caller reads its own writes.
 * <p>
 * A value that was loaded before its key, one of its tags or the whole cache was
 * invalidated is never read after that. Loads of one key are shared within this JVM and
 * across nodes. An entry that is none of the declared type counts as missing.
 * {@code null} is cached like any value.
 * <p>
 * <b>Not promised:</b> a caller who waits for a load that another node's invalidation
 * overtakes gets what that load gives, which is not kept.
 */
public final class TypedCache implements Cache {

	private static final Log logger = LogFactory.getLog(TypedCache.class);

	private final CacheEngine engine;

	private final CacheResources resources;

	private final KeySpace space;

	private final CacheKeys keys;

	private final @Nullable CacheLoader<?, ?> loader;

	private final @Nullable ResolvableType type;

	private final Function<@Nullable Object, Collection<String>> tags;

	TypedCache(CacheEngine engine, CacheResources resources, KeySpace space, CacheKeys keys,
			@Nullable CacheLoader<?, ?> loader, @Nullable ResolvableType type,
			Function<@Nullable Object, Collection<String>> tags) {
		this.engine = engine;
		this.resources = resources;
		this.space = space;
		this.keys = keys;
		this.loader = loader;
		this.type = type;
		this.tags = tags;
	}

	/**
	 * The same cache, read as a type.
	 * @param type the type of its values, with generics
	 * @return a view of the same entries
	 */
	public TypedCache as(ResolvableType type) {
		return new TypedCache(this.engine, this.resources, this.space, this.keys, this.loader, type, this.tags);
	}

	/**
	 * The same cache, whose values are tagged when they are written through this view.
	 * @param tags gives the tags of a value, which may be {@code null}
	 * @return a view of the same entries
	 */
	public TypedCache tagged(Function<@Nullable Object, Collection<String>> tags) {
		return new TypedCache(this.engine, this.resources, this.space, this.keys, this.loader, this.type, tags);
	}

	@Override
	public String getName() {
		return this.engine.name();
	}

	@Override
	public Object getNativeCache() {
		return this;
	}

	/**
	 * What happened in this cache, in this JVM.
	 * @return counters that go on counting
	 */
	public CacheStatistics statistics() {
		return this.engine.statistics();
	}

	@Override
	public @Nullable ValueWrapper get(Object key) {
		if (this.loader != null) {
			return new SimpleValueWrapper(get(key, () -> load(key)));
		}
		CallerThread caller = caller();
		return await(caller, read(key, declaredType(), caller));
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
		if (this.loader != null) {
			return (T) get(key, () -> load(key));
		}
		ResolvableType wanted = (type != null) ? ResolvableType.forClass(type) : declaredType();
		CallerThread caller = caller();
		ValueWrapper hit = await(caller, read(key, wanted, caller));
		return (hit != null) ? (T) hit.get() : null;
	}

	@SuppressWarnings({ "unchecked", "NullAway" })
	private @Nullable Object load(Object key) throws Exception {
		return ((CacheLoader<Object, Object>) this.loader).load(key);
	}

	/**
	 * Read for a call that will {@link #fill} what is missing.
	 * @param key the key
	 * @param missing gets what to fill it under
	 * @return the value, or {@code null}
	 */
	@Nullable ValueWrapper getOrFence(Object key, Consumer<LeaseReply> missing) {
		CallerThread caller = caller();
		return await(caller, getOrFence(key, caller, missing));
	}

	CompletableFuture<@Nullable ValueWrapper> retrieveOrFence(Object key, Consumer<LeaseReply> missing) {
		return getOrFence(key, this.resources.executor(), missing).toCompletableFuture();
	}

	private CompletionStage<@Nullable ValueWrapper> getOrFence(Object key, Executor executor,
			Consumer<LeaseReply> missing) {
		LoadRequest request = request(key, () -> CompletableFuture.completedFuture(null), executor);
		return this.engine.getOrFence(request).thenApply((fenced) -> {
			if (fenced.fence() == null) {
				return new SimpleValueWrapper(fenced.found().value());
			}
			missing.accept(fenced.fence());
			return null;
		});
	}

	/**
	 * Write what was computed.
	 * @param key the key
	 * @param value the value
	 * @param fence what {@link #getOrFence} gave
	 */
	void fill(Object key, @Nullable Object value, LeaseReply fence) {
		settle(this.engine.fill(write(key, value), fence, value, 0));
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> @Nullable T get(Object key, Callable<T> loader) {
		CallerThread caller = caller();
		try {
			return (T) caller.await(this.engine.getOrLoad(request(key, LoadRequest.blocking(loader), caller)));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ValueRetrievalException(key, loader, ex);
		}
		catch (ExecutionException ex) {
			throw failed(key, loader, ex.getCause());
		}
	}

	private static RuntimeException failed(Object key, Callable<?> loader, @Nullable Throwable failure) {
		if (failure instanceof Error error) {
			throw error;
		}
		return (failure instanceof ValueRetrievalException known) ? known
				: new ValueRetrievalException(key, loader, (failure != null) ? failure : new IllegalStateException());
	}

	@Override
	public @Nullable CompletableFuture<?> retrieve(Object key) {
		if (this.loader != null) {
			return this.engine
				.getOrLoad(request(key, LoadRequest.blocking(() -> load(key)), this.resources.background()))
				.thenApply(SimpleValueWrapper::new);
		}
		return read(key, declaredType(), this.resources.executor()).toCompletableFuture();
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
		return (CompletableFuture<T>) this.engine.getOrLoad(request(key, loader, this.resources.executor()));
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		settle(this.engine.put(write(key, value), value));
	}

	@Override
	public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
		Assessment present = this.resources.gateway().await(this.engine.putIfAbsent(write(key, value), value));
		return (present != null) ? new SimpleValueWrapper(present.value()) : null;
	}

	@Override
	public void evict(Object key) {
		evictIfPresent(key);
	}

	@Override
	public boolean evictIfPresent(Object key) {
		return Boolean.TRUE.equals(settle(this.engine.evict(key(key))));
	}

	@Override
	public void clear() {
		settle(this.engine.clear());
	}

	/**
	 * Invalidate the entries that have one of some tags. It takes as long for a million
	 * entries as for one.
	 * @param tags the tags
	 */
	public void evictTags(Collection<String> tags) {
		settle(this.engine.invalidate(tags));
	}

	private CompletionStage<@Nullable ValueWrapper> read(Object key, ResolvableType type, Executor executor) {
		return this.engine.read(key(key), type, executor)
			.thenApply((found) -> found.isServable() ? new SimpleValueWrapper(found.value()) : null);
	}

	private LoadRequest write(Object key, @Nullable Object value) {
		ResolvableType declared = (this.type != null) ? this.type : ResolvableType.forInstance(value);
		return new LoadRequest(key(key), key, declared, () -> CompletableFuture.completedFuture(null), this.tags,
				this.resources.executor());
	}

	private LoadRequest request(Object key, Supplier<? extends CompletionStage<? extends @Nullable Object>> loader,
			Executor executor) {
		return new LoadRequest(key(key), key, declaredType(), loader, this.tags, executor);
	}

	private String key(Object key) {
		return this.keys.key(this.space, key);
	}

	private CallerThread caller() {
		if (!this.resources.gateway().mayWait()) {
			throw new IllegalStateException("Waiting for cache '%s' on a thread of the driver".formatted(getName()));
		}
		return new CallerThread(this.resources.executor());
	}

	private <T extends @Nullable Object> T await(CallerThread caller, CompletionStage<T> stage) {
		try {
			return caller.await(stage.toCompletableFuture());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RedisUnavailableException("Interrupted while waiting for Redis", ex);
		}
		catch (ExecutionException ex) {
			return this.resources.gateway().await(CompletableFuture.failedFuture(ex.getCause()));
		}
	}

	// Spring's interceptor puts and evicts on whatever thread a future ends on.
	private <T extends @Nullable Object> @Nullable T settle(CompletionStage<T> operation) {
		if (this.resources.gateway().mayWait()) {
			return this.resources.gateway().await(operation);
		}
		operation.whenComplete((done, failure) -> {
			if (failure != null) {
				logger.error("An operation on cache '%s' failed".formatted(getName()), failure);
			}
		});
		return null;
	}

	private ResolvableType declaredType() {
		if (this.type == null) {
			throw new IllegalStateException(("Cache '%s' does not know the type of its values here: read it through"
					+ " @Cacheable, with get(key, Class), or as(ResolvableType)")
				.formatted(getName()));
		}
		return this.type;
	}

}
