package io.github.redispatterns.cache;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.support.SimpleValueWrapper;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.codec.Decoded;
import io.github.redispatterns.codec.ValueCodec;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * A cache whose values are JSON, read as the type that the reader declares. Every write
 * is on the server when the call returns, so a caller reads its own writes.
 * <p>
 * An entry that is none of the declared type counts as missing. {@code null} is cached
 * like any value. Loads of one key are shared within this JVM.
 * <p>
 * <b>Not promised:</b> single loading across nodes; a value that is loaded while another
 * caller evicts its key may still be written after that.
 */
public final class TypedCache implements Cache {

	private static final Log logger = LogFactory.getLog(TypedCache.class);

	private final String name;

	private final RedisGateway gateway;

	private final KeySpace space;

	private final CacheKeys keys;

	private final ValueCodec codec;

	private final CacheEntries entries;

	private final SingleFlight loads;

	private final Executor executor;

	private final @Nullable ResolvableType type;

	TypedCache(String name, RedisGateway gateway, KeySpace space, CacheKeys keys, ValueCodec codec,
			CacheSettings settings, Executor executor) {
		this(name, gateway, space, keys, codec, new CacheEntries(gateway, space, settings), new SingleFlight(),
				executor, null);
	}

	private TypedCache(String name, RedisGateway gateway, KeySpace space, CacheKeys keys, ValueCodec codec,
			CacheEntries entries, SingleFlight loads, Executor executor, @Nullable ResolvableType type) {
		this.name = name;
		this.gateway = gateway;
		this.space = space;
		this.keys = keys;
		this.codec = codec;
		this.entries = entries;
		this.loads = loads;
		this.executor = executor;
		this.type = type;
	}

	/**
	 * The same cache, read as a type.
	 * @param type the type of its values, with generics
	 * @return a view of the same entries
	 */
	public TypedCache as(ResolvableType type) {
		return new TypedCache(this.name, this.gateway, this.space, this.keys, this.codec, this.entries, this.loads,
				this.executor, type);
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public Object getNativeCache() {
		return this;
	}

	@Override
	public @Nullable ValueWrapper get(Object key) {
		return this.gateway.await(read(key(key), declaredType()));
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
		ResolvableType wanted = (type != null) ? ResolvableType.forClass(type) : declaredType();
		ValueWrapper hit = this.gateway.await(read(key(key), wanted));
		return (hit != null) ? (T) hit.get() : null;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> @Nullable T get(Object key, Callable<T> loader) {
		ValueWrapper hit = get(key);
		if (hit != null) {
			return (T) hit.get();
		}
		try {
			return this.loads.run(key(key), () -> load(key, loader));
		}
		catch (Exception ex) {
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			throw (ex instanceof ValueRetrievalException known) ? known : new ValueRetrievalException(key, loader, ex);
		}
	}

	@SuppressWarnings("unchecked")
	private <T> @Nullable T load(Object key, Callable<T> loader) throws Exception {
		// Another load may have ended between the miss and the flight.
		ValueWrapper hit = getUnlessDown(key);
		if (hit != null) {
			return (T) hit.get();
		}
		T value = loader.call();
		keep(write(key(key), value));
		return value;
	}

	private @Nullable ValueWrapper getUnlessDown(Object key) {
		try {
			return get(key);
		}
		catch (RedisUnavailableException ex) {
			return null;
		}
	}

	// A value that was loaded is given to its callers, whether it can be kept or not.
	private void keep(CompletionStage<?> write) {
		try {
			settle(write);
		}
		catch (RedisUnavailableException ex) {
			notKept(ex);
		}
	}

	private void notKept(Throwable failure) {
		logger.warn("A loaded value of cache '%s' is not kept: %s".formatted(this.name, failure.getMessage()));
	}

	// Spring's interceptor puts and evicts on whatever thread a future ends on.
	private <T extends @Nullable Object> @Nullable T settle(CompletionStage<T> operation) {
		if (this.gateway.mayWait()) {
			return this.gateway.await(operation);
		}
		operation.whenComplete((done, failure) -> {
			if (failure != null) {
				logger.error("An operation on cache '%s' failed".formatted(this.name), failure);
			}
		});
		return null;
	}

	@Override
	public @Nullable CompletableFuture<?> retrieve(Object key) {
		return handedOver(read(key(key), declaredType()));
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
		String redisKey = key(key);
		return this.loads.start(redisKey,
				() -> handedOver(handedOver(read(redisKey, declaredType()))
					.thenCompose((hit) -> (hit != null) ? CompletableFuture.completedFuture((T) hit.get())
							: loader.get().thenCompose((value) -> kept(redisKey, value)))));
	}

	private <T> CompletionStage<T> kept(String redisKey, T value) {
		return write(redisKey, value).handle((ok, failure) -> {
			if (failure != null) {
				notKept(failure);
			}
			return value;
		});
	}

	// What comes next is the application's, may block, and must not do so on a thread of
	// the driver.
	private <T extends @Nullable Object> CompletableFuture<T> handedOver(CompletionStage<T> stage) {
		return stage.whenCompleteAsync((value, failure) -> {
		}, this.executor).toCompletableFuture();
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		settle(write(key(key), value));
	}

	@Override
	public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
		byte[] present = this.gateway.await(this.entries.putIfAbsent(key(key), encode(value)));
		return decode(present, typeOf(value));
	}

	@Override
	public void evict(Object key) {
		evictIfPresent(key);
	}

	@Override
	public boolean evictIfPresent(Object key) {
		return Boolean.TRUE.equals(settle(this.entries.evict(key(key))));
	}

	@Override
	public void clear() {
		invalidate();
	}

	@Override
	public boolean invalidate() {
		return this.entries.clear();
	}

	private String key(Object key) {
		return this.keys.key(this.space, key);
	}

	private CompletionStage<@Nullable ValueWrapper> read(String redisKey, ResolvableType type) {
		return this.entries.get(redisKey).thenApply((bytes) -> decode(bytes, type));
	}

	private CompletionStage<String> write(String redisKey, @Nullable Object value) {
		return this.entries.put(redisKey, encode(value));
	}

	private byte[] encode(@Nullable Object value) {
		return this.codec.encode(value, typeOf(value));
	}

	private @Nullable ValueWrapper decode(byte @Nullable [] bytes, ResolvableType type) {
		if (bytes == null) {
			return null;
		}
		Decoded decoded = this.codec.decode(bytes, type);
		if (decoded instanceof Decoded.Value value) {
			return new SimpleValueWrapper(value.value());
		}
		logger.debug("Entry of cache '%s' counts as missing: %s".formatted(this.name, decoded));
		return null;
	}

	private ResolvableType typeOf(@Nullable Object value) {
		return (this.type != null) ? this.type : ResolvableType.forInstance(value);
	}

	private ResolvableType declaredType() {
		if (this.type == null) {
			throw new IllegalStateException(("Cache '%s' does not know the type of its values here: read it through"
					+ " @Cacheable, with get(key, Class), or as(ResolvableType)")
				.formatted(this.name));
		}
		return this.type;
	}

}
