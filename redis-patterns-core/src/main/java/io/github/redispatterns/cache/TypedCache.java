package io.github.redispatterns.cache;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.support.SimpleValueWrapper;
import org.springframework.core.ResolvableType;
import org.springframework.util.CollectionUtils;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.gateway.FailureAnswer;
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

	private final CacheKeys keys;

	private final @Nullable CacheLoader<?, ?> loader;

	private final @Nullable CacheSource source;

	private final @Nullable WriteBehind writes;

	private final @Nullable ResolvableType type;

	private final ValueRules rules;

	TypedCache(CacheEngine engine, CacheResources resources, CacheKeys keys, @Nullable CacheLoader<?, ?> loader,
			@Nullable CacheSource source, @Nullable WriteBehind writes, @Nullable ResolvableType type,
			ValueRules rules) {
		this.engine = engine;
		this.resources = resources;
		this.keys = keys;
		this.loader = loader;
		this.source = source;
		this.writes = writes;
		this.type = type;
		this.rules = rules;
	}

	void follow(InvalidationLog log) {
		if (this.engine.settings().near() != null) {
			log.follow(getName(), this.engine);
		}
	}

	/**
	 * The same cache, read as a type.
	 * @param type the type of its values, with generics
	 * @return a view of the same entries
	 */
	public TypedCache as(ResolvableType type) {
		return new TypedCache(this.engine, this.resources, this.keys, this.loader, this.source, this.writes, type,
				this.rules);
	}

	/**
	 * The same cache, whose values are tagged when they are written through this view.
	 * @param tags gives the tags of a value, which may be {@code null}
	 * @return a view of the same entries
	 */
	public TypedCache tagged(Function<@Nullable Object, Collection<String>> tags) {
		return following(this.rules.tagged(tags));
	}

	/**
	 * The same cache, in which some values are not stored when they are loaded.
	 * @param unless whether a loaded value, which may be {@code null}, is not stored
	 * @return a view of the same entries
	 */
	public TypedCache unless(Predicate<@Nullable Object> unless) {
		return following(this.rules.unless(unless));
	}

	private TypedCache following(ValueRules rules) {
		return new TypedCache(this.engine, this.resources, this.keys, this.loader, this.source, this.writes, this.type,
				rules);
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
	 * Say what there is to know of an entry.
	 * @param key its key
	 * @return what Redis and this node have
	 */
	public EntryExplanation explain(Object key) {
		return this.resources.gateway().await(new Explanations(this.engine).of(key(key)));
	}

	/**
	 * The settings of this cache.
	 * @return its settings
	 */
	public CacheSettings settings() {
		return this.engine.settings();
	}

	/**
	 * Number of entries in the near cache of this JVM.
	 * @return an estimate; 0 without a near cache
	 */
	public long nearSize() {
		return this.engine.nearSize();
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
		return get(key, declaredType());
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
		ValueWrapper hit = get(key, wanted(type));
		return (hit != null) ? (T) hit.get() : null;
	}

	private ResolvableType wanted(@Nullable Class<?> type) {
		boolean declared = type == null || this.loader != null || (this.type != null && this.type.getType() == type);
		return declared ? declaredType() : ResolvableType.forClass(type);
	}

	private @Nullable ValueWrapper get(Object key, ResolvableType type) {
		NearEntry near = near(key, type);
		if (near != null) {
			return near;
		}
		String redisKey = key(key);
		CallerThread caller = caller();
		return (this.loader != null) ? new SimpleValueWrapper(load(key, () -> load(key), redisKey, caller))
				: await(caller, read(request(key, redisKey, type, caller)));
	}

	@Override
	public <T> @Nullable T get(Object key, Callable<T> loader) {
		NearEntry near = near(key, declaredType());
		return (near != null) ? cast(near.get()) : load(key, loader, key(key), caller());
	}

	// Mostly without the Redis key: to make and compare it takes half as long again.
	private @Nullable NearEntry near(Object key, ResolvableType type) {
		if (settings().near() == null || isChangedByTransaction(key)) {
			return null;
		}
		return this.engine.near(this.keys.tag(key), type);
	}

	private <T> @Nullable T load(Object key, Callable<T> loader, String redisKey, CallerThread caller) {
		try {
			if (isChanged(redisKey)) {
				return loader.call();
			}
			return cast(
					caller.await(this.engine.getOrLoad(request(key, redisKey, LoadRequest.blocking(loader), caller))));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ValueRetrievalException(key, loader, ex);
		}
		catch (ExecutionException ex) {
			throw failed(key, loader, ex.getCause());
		}
		catch (Exception ex) {
			throw failed(key, loader, ex);
		}
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	static <T> @Nullable T cast(@Nullable Object value) {
		return (T) value;
	}

	@SuppressWarnings({ "unchecked", "NullAway" })
	private @Nullable Object load(Object key) throws Exception {
		return ((CacheLoader<Object, Object>) this.loader).load(key);
	}

	boolean isChangedByTransaction(Object key) {
		return TransactionChanges.areAny(this.engine) && isChanged(key(key));
	}

	private boolean isChanged(String redisKey) {
		return TransactionChanges.has(this.engine, redisKey);
	}

	private static RuntimeException failed(Object key, Callable<?> loader, @Nullable Throwable failure) {
		if (failure instanceof Error error) {
			throw error;
		}
		// What is the cache's own fault Spring's error handlers are asked about.
		if (failure instanceof ValueRetrievalException || failure instanceof RedisUnavailableException) {
			return (RuntimeException) failure;
		}
		return new ValueRetrievalException(key, loader, (failure != null) ? failure : new IllegalStateException());
	}

	/**
	 * Look for a value that is looked for elsewhere if it is missing or stale.
	 * @param key the key
	 * @param loader loads it early, where that is due; {@code null} if it must not
	 * @return the value, or {@code null}
	 */
	@Nullable ValueWrapper getFresh(Object key, @Nullable Callable<?> loader) {
		NearEntry near = near(key, declaredType());
		if (near != null) {
			return near;
		}
		CallerThread caller = caller();
		return await(caller, fresh(key, (loader != null) ? LoadRequest.blocking(loader) : null, caller));
	}

	CompletableFuture<@Nullable ValueWrapper> retrieveFresh(Object key,
			@Nullable Supplier<? extends CompletionStage<? extends @Nullable Object>> loader) {
		NearEntry near = near(key, declaredType());
		return (near != null) ? CompletableFuture.completedFuture(near)
				: fresh(key, loader, this.resources.executor()).toCompletableFuture();
	}

	private CompletionStage<@Nullable ValueWrapper> fresh(Object key,
			@Nullable Supplier<? extends CompletionStage<? extends @Nullable Object>> loader, Executor executor) {
		String redisKey = key(key);
		if (isChanged(redisKey)) {
			return CompletableFuture.completedFuture(null);
		}
		CompletionStage<Assessment> found = (loader != null)
				? this.engine.serveFresh(request(key, redisKey, loader, executor))
				: this.engine.findFresh(request(key, redisKey, declaredType(), executor));
		return orNothing(found, Assessment.NOTHING)
			.thenApply((assessed) -> assessed.isFresh() ? new SimpleValueWrapper(assessed.value()) : null);
	}

	/**
	 * Read for a call that will {@link #fill} what is missing.
	 * @param key the key
	 * @param missing gets what to fill it under, or {@code null} if it must not be filled
	 * @return the value, or {@code null}
	 */
	@Nullable ValueWrapper getOrFence(Object key, Consumer<@Nullable LeaseReply> missing) {
		CallerThread caller = caller();
		return await(caller, getOrFence(key, caller, missing));
	}

	CompletableFuture<@Nullable ValueWrapper> retrieveOrFence(Object key, Consumer<@Nullable LeaseReply> missing) {
		return getOrFence(key, this.resources.executor(), missing).toCompletableFuture();
	}

	private CompletionStage<@Nullable ValueWrapper> getOrFence(Object key, Executor executor,
			Consumer<@Nullable LeaseReply> missing) {
		NearEntry near = near(key, declaredType());
		if (near != null) {
			return CompletableFuture.completedFuture(near);
		}
		String redisKey = key(key);
		if (isChanged(redisKey)) {
			missing.accept(null);
			return CompletableFuture.completedFuture(null);
		}
		LoadRequest request = request(key, redisKey, declaredType(), executor);
		return orNothing(this.engine.getOrFence(request), CacheEngine.Fenced.NOTHING).thenApply((fenced) -> {
			if (fenced.found().isFresh()) {
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
	public @Nullable CompletableFuture<?> retrieve(Object key) {
		if (this.loader != null) {
			return retrieve(key, LoadRequest.blocking(() -> load(key)), this.resources.background())
				.thenApply(SimpleValueWrapper::new);
		}
		NearEntry near = near(key, declaredType());
		return (near != null) ? CompletableFuture.completedFuture(near)
				: read(request(key, key(key), declaredType(), this.resources.executor())).toCompletableFuture();
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
		return (CompletableFuture<T>) retrieve(key, loader, this.resources.executor());
	}

	private CompletableFuture<@Nullable Object> retrieve(Object key,
			Supplier<? extends CompletionStage<? extends @Nullable Object>> loader, Executor executor) {
		NearEntry near = near(key, declaredType());
		if (near != null) {
			return CompletableFuture.completedFuture(near.get());
		}
		String redisKey = key(key);
		LoadRequest request = request(key, redisKey, loader, executor);
		return isChanged(redisKey) ? request.load().toCompletableFuture() : this.engine.getOrLoad(request);
	}

	/**
	 * Put a value. Where the cache has a {@link CacheWriter} that writes at once, the
	 * source is written first, within a transaction in it; where it writes later, the
	 * write is taken when this returns, within a transaction after its commit.
	 * @throws CacheWritesFullException if too many writes wait
	 * @throws RedisPatternsException if the writer throws a checked exception, its cause
	 */
	@Override
	public void put(Object key, @Nullable Object value) {
		if (this.source != null) {
			this.source.write(key, value);
		}
		// Says who waits; it gets no tasks, because a put loads nothing.
		Executor executor = this.resources.gateway().mayWait() ? caller() : this.resources.executor();
		LoadRequest request = write(key, value, executor);
		afterCommit(List.of(request.key()),
				() -> settle((this.writes != null)
						? this.writes.take(request.key(), key, value)
							.thenCompose((number) -> this.engine.put(request, value, number))
						: this.engine.put(request, value)));
	}

	/**
	 * Delete a value from the source, at once or later as {@link #put} writes it, and
	 * from the cache. Without a {@link CacheWriter} this is the same as {@link #evict}.
	 * @param key its key
	 * @throws CacheWritesFullException if too many writes wait
	 * @throws RedisPatternsException if the writer throws a checked exception, its cause
	 */
	public void delete(Object key) {
		if (this.source != null) {
			this.source.write(key, null);
		}
		String redisKey = key(key);
		afterCommit(List.of(redisKey),
				() -> settle((this.writes != null)
						? this.writes.take(redisKey, key, null)
							.thenCompose((number) -> this.engine.invalidations().evict(redisKey))
						: this.engine.invalidations().evict(redisKey)));
	}

	/**
	 * How writing to the source later is going.
	 * @return a snapshot; nothing if the cache does not do that
	 */
	public Optional<WriteBehindStatus> writeBehind() {
		return Optional.ofNullable(this.writes).map(WriteBehind::status);
	}

	/**
	 * Number of writes that wait for their source, as this node last heard.
	 * @return a number; 0 if the cache does not write later
	 */
	public long waitingWrites() {
		return (this.writes != null) ? this.writes.waiting() : 0;
	}

	@Nullable WriteBehind writes() {
		return this.writes;
	}

	/**
	 * Put a value where this cache has none; neither its loader nor its source is asked
	 * for one. A {@link CacheWriter} writes what was put; if it fails, the value is
	 * evicted again. While Redis does not answer, the value counts as put, as with
	 * {@link #put}.
	 * <p>
	 * Within a transaction this is not atomic: it looks at once, where what the
	 * transaction changed itself counts as not there, and if there is nothing it does
	 * what {@link #put} does.
	 * @return what was there, or {@code null} if the value was put
	 * @throws CacheWritesFullException if too many writes wait
	 * @throws RedisPatternsException if the writer throws a checked exception, its cause
	 */
	@Override
	public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
		LoadRequest request = write(key, value);
		Assessment present = TransactionChanges.isPossible() ? putUnlessPresent(request, value)
				: putIfAbsent(request, value);
		return (present != null) ? new SimpleValueWrapper(present.value()) : null;
	}

	private @Nullable Assessment putUnlessPresent(LoadRequest request, @Nullable Object value) {
		Assessment found = isChanged(request.key()) ? Assessment.NOTHING
				: this.resources.gateway().await(orNothing(this.engine.present(request), Assessment.NOTHING));
		if (found.isFresh()) {
			return found;
		}
		put(request.userKey(), value);
		return null;
	}

	private @Nullable Assessment putIfAbsent(LoadRequest request, @Nullable Object value) {
		Assessment present = this.resources.gateway().await(this.engine.putIfAbsent(request, value));
		if (present == null && (this.source != null || this.writes != null)) {
			try {
				put(request.userKey(), value);
			}
			catch (RuntimeException | Error ex) {
				settle(this.engine.invalidations().evict(request.key()));
				throw ex;
			}
		}
		return present;
	}

	@Override
	public void evict(Object key) {
		String redisKey = key(key);
		afterCommit(List.of(redisKey), () -> settle(this.engine.invalidations().evict(redisKey)));
	}

	/**
	 * Evict at once, and within a transaction again after its commit.
	 */
	@Override
	public boolean evictIfPresent(Object key) {
		String redisKey = key(key);
		boolean found = Boolean.TRUE.equals(settle(this.engine.invalidations().evict(redisKey)));
		if (TransactionChanges.isPossible()) {
			evict(key);
		}
		return found;
	}

	/**
	 * Remove the entries whose keys match, page by page in the background, at once, and
	 * within a transaction again after its commit.
	 * @param parts a text for each argument that the key is made of, in which {@code *}
	 * stands for anything and every other character for itself; arguments longer than 64
	 * characters match a lone {@code *} only
	 * @return the removal under way
	 */
	public Sweep evictMatching(String... parts) {
		if (TransactionChanges.isPossible()) {
			afterCommit(null, () -> sweep(parts));
		}
		return sweep(parts);
	}

	private Sweep sweep(String... parts) {
		// In a pattern * matches what separates arguments, too.
		KeySpace space = this.engine.space();
		long separators = parts.length - 1 + space.toString().chars().filter((c) -> c == ':').count() + 1;
		return this.engine.invalidations()
			.sweep(space.pattern(List.of(parts)), (key) -> key.chars().filter((c) -> c == ':').count() == separators);
	}

	/**
	 * Invalidate all entries, at once however many they are, within a transaction after
	 * its commit. Their bytes stay in Redis until their time to live is over.
	 */
	@Override
	public void clear() {
		afterCommit(null, () -> settle(this.engine.invalidations().clear()));
	}

	/**
	 * Clear at once, and within a transaction again after its commit.
	 * @return {@code true}: how many entries there were is not known
	 */
	@Override
	public boolean invalidate() {
		settle(this.engine.invalidations().clear());
		if (TransactionChanges.isPossible()) {
			clear();
		}
		return true;
	}

	/**
	 * Invalidate the entries that have one of some tags, within a transaction after its
	 * commit. It takes as long for a million entries as for one.
	 * @param tags the tags
	 */
	public void evictTags(Collection<String> tags) {
		List<String> all = List.copyOf(tags);
		if (!all.isEmpty()) {
			afterCommit(null, () -> settle(this.engine.invalidations().invalidate(all)));
		}
	}

	/**
	 * Get values, and load those that are missing in one call.
	 * @param <K> the type of keys
	 * @param <V> the type of values
	 * @param keys the keys
	 * @param loader loads in the thread of the caller; not called if nothing is missing
	 * @return the values by key, in the order of the keys; keys without a value are left
	 * out
	 * @throws io.github.redispatterns.RedisPatternsException with what the loader throws
	 * as its cause
	 */
	public <K, V> Map<K, V> getAll(Collection<? extends K> keys, BulkLoader<K, V> loader) {
		CallerThread caller = caller();
		try {
			return caller.await(getAll(keys, loader, caller));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RedisUnavailableException("Interrupted while waiting for values", ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException failure) ? failure : new RedisPatternsException(
					"Values of cache '%s' cannot be loaded".formatted(getName()), ex.getCause());
		}
	}

	/**
	 * Get values, and load those that are missing with the {@link CacheLoader} of this
	 * cache, in one call.
	 * @param <K> the type of keys
	 * @param <V> the type of values
	 * @param keys the keys
	 * @return the values by key, in the order of the keys; keys without a value are left
	 * out
	 * @throws IllegalStateException if the cache has no loader
	 * @throws io.github.redispatterns.RedisPatternsException with what the loader throws
	 * as its cause
	 */
	@SuppressWarnings("unchecked")
	public <K, V> Map<K, V> getAll(Collection<? extends K> keys) {
		CacheLoader<K, V> own = (CacheLoader<K, V>) this.loader;
		if (own == null) {
			throw new IllegalStateException(
					"Cache '%s' has no CacheLoader: declare a bean of one, or give getAll a loader"
						.formatted(getName()));
		}
		return getAll(keys, own::loadAll);
	}

	/**
	 * The same without waiting.
	 * @param <K> the type of keys
	 * @param <V> the type of values
	 * @param keys the keys
	 * @param loader loads in a thread of the cache; not called if nothing is missing
	 * @return the values by key, in the order of the keys; keys without a value are left
	 * out
	 */
	public <K, V> CompletableFuture<Map<K, V>> retrieveAll(Collection<? extends K> keys, BulkLoader<K, V> loader) {
		return getAll(keys, loader, this.resources.background());
	}

	@SuppressWarnings("unchecked")
	private <K, V> CompletableFuture<Map<K, V>> getAll(Collection<? extends K> keys, BulkLoader<K, V> loader,
			Executor executor) {
		Map<K, @Nullable V> values = CollectionUtils.newLinkedHashMap(keys.size());
		List<K> far = new ArrayList<>();
		for (K key : keys) {
			if (!values.containsKey(key)) {
				NearEntry near = near(key, declaredType());
				values.put(key, (near != null) ? (V) near.get() : null);
				if (near == null) {
					far.add(key);
				}
			}
		}
		return load(far, (BulkLoader<Object, Object>) (BulkLoader<?, ?>) loader, executor).thenApply((loaded) -> {
			Iterator<@Nullable Object> next = loaded.iterator();
			far.forEach((key) -> values.put(key, (V) next.next()));
			values.values().removeIf(Objects::isNull);
			return (Map<K, V>) values;
		});
	}

	private CompletableFuture<List<@Nullable Object>> load(List<?> keys, BulkLoader<Object, Object> loader,
			Executor executor) {
		Executor timed = this.engine.timedLoads();
		BulkLoads batch = new BulkLoads(loader, (timed != null) ? timed : executor);
		List<LoadRequest> requests = new ArrayList<>(keys.size());
		for (Object key : keys) {
			BulkLoads.Part part = batch.part(key);
			requests.add(new LoadRequest(key(key), key, declaredType(), part::want, this.rules, executor, part));
		}
		return this.engine.getOrLoadAll(requests, this::isChanged, executor);
	}

	/**
	 * Put values, in one round trip, within a transaction after its commit. Where the
	 * cache has a {@link CacheWriter} they are put one by one.
	 * @param values the values by key
	 */
	public void putAll(Map<?, ?> values) {
		if (this.source != null || this.writes != null) {
			values.forEach(this::put);
			return;
		}
		Map<LoadRequest, @Nullable Object> writes = new LinkedHashMap<>();
		values.forEach((key, value) -> writes.put(write(key, value), value));
		afterCommit(writes.keySet().stream().map(LoadRequest::key).toList(),
				() -> settle(CompletableFuture.allOf(writes.entrySet()
					.stream()
					.map((write) -> this.engine.put(write.getKey(), write.getValue()).toCompletableFuture())
					.toArray(CompletableFuture[]::new))));
	}

	/**
	 * Evict entries, in one round trip, within a transaction after its commit.
	 * @param keys their keys
	 */
	public void evictAll(Collection<?> keys) {
		List<String> redisKeys = keys.stream().map(this::key).distinct().toList();
		afterCommit(redisKeys, () -> settle(this.engine.invalidations().evict(redisKeys)));
	}

	private void afterCommit(@Nullable Collection<String> redisKeys, Runnable change) {
		TransactionChanges.afterCommit(this.engine, redisKeys, change);
	}

	private CompletionStage<@Nullable ValueWrapper> read(LoadRequest request) {
		if (isChanged(request.key())) {
			return CompletableFuture.completedFuture(null);
		}
		return orNothing(this.engine.find(request), Assessment.NOTHING)
			.thenApply((found) -> found.isServable() ? new SimpleValueWrapper(found.value()) : null);
	}

	private <T> CompletionStage<T> orNothing(CompletionStage<T> answer, T nothing) {
		return new FailureAnswer<T>(this.engine.settings().onRedisFailure(), (outage) -> nothing).or(answer);
	}

	private LoadRequest write(Object key, @Nullable Object value) {
		return write(key, value, this.resources.executor());
	}

	private LoadRequest write(Object key, @Nullable Object value, Executor executor) {
		ResolvableType declared = (this.type != null) ? this.type : ResolvableType.forInstance(value);
		return request(key, key(key), declared, executor);
	}

	private LoadRequest request(Object key, String redisKey, ResolvableType type, Executor executor) {
		return new LoadRequest(redisKey, key, type, () -> CompletableFuture.completedFuture(null), this.rules,
				executor);
	}

	private LoadRequest request(Object key, String redisKey,
			Supplier<? extends CompletionStage<? extends @Nullable Object>> loader, Executor executor) {
		return new LoadRequest(redisKey, key, declaredType(), loader, this.rules, executor);
	}

	private String key(Object key) {
		return this.engine.space().keyOf(this.keys.tag(key));
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
