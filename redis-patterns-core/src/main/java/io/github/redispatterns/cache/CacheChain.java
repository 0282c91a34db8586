package io.github.redispatterns.cache;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;

/**
 * Several caches before one method. The first that has a fresh value serves it; where
 * none has, each is asked to load from the next, and the last from the method. Each keeps
 * what the method returned, but nothing that another cache served: who evicts it there
 * may be done here already.
 * <p>
 * Leases are taken in the order of the caches. Callers of methods that name them in
 * different orders may wait for one another, {@code max-wait} at most.
 */
final class CacheChain implements Cache {

	private static final Object NOTHING = new Object();

	private final List<TypedCache> caches;

	CacheChain(List<TypedCache> caches) {
		this.caches = caches;
	}

	@Override
	public String getName() {
		return this.caches.get(0).getName();
	}

	@Override
	public Object getNativeCache() {
		return this.caches;
	}

	@Override
	public @Nullable ValueWrapper get(Object key) {
		for (TypedCache cache : this.caches) {
			ValueWrapper hit = cache.getFresh(key);
			if (hit != null) {
				return hit;
			}
		}
		return null;
	}

	@Override
	public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
		ValueWrapper hit = get(key);
		return (hit != null) ? TypedCache.cast(hit.get()) : null;
	}

	@Override
	public <T> @Nullable T get(Object key, Callable<T> loader) {
		ValueWrapper hit = get(key);
		return (hit != null) ? TypedCache.cast(hit.get()) : load(0, key, loader, new AtomicReference<>(NOTHING));
	}

	private <T> @Nullable T load(int position, Object key, Callable<T> loader,
			AtomicReference<@Nullable Object> loaded) {
		Callable<T> next = (position + 1 < this.caches.size()) ? () -> load(position + 1, key, loader, loaded) : () -> {
			T value = loader.call();
			loaded.set(value);
			return value;
		};
		return keeping(position, loaded).get(key, next);
	}

	@Override
	public CompletableFuture<@Nullable ValueWrapper> retrieve(Object key) {
		CompletableFuture<@Nullable ValueWrapper> hit = CompletableFuture.completedFuture(null);
		for (TypedCache cache : this.caches) {
			hit = hit.thenCompose(
					(found) -> (found != null) ? CompletableFuture.completedFuture(found) : cache.retrieveFresh(key));
		}
		return hit;
	}

	@Override
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
		return retrieve(key)
			.thenCompose((hit) -> (hit != null) ? CompletableFuture.completedFuture(TypedCache.cast(hit.get()))
					: retrieve(0, key, loader, new AtomicReference<>(NOTHING)));
	}

	private <T> CompletableFuture<T> retrieve(int position, Object key, Supplier<CompletableFuture<T>> loader,
			AtomicReference<@Nullable Object> loaded) {
		Supplier<CompletableFuture<T>> next = (position + 1 < this.caches.size())
				? () -> retrieve(position + 1, key, loader, loaded) : () -> loader.get().thenApply((value) -> {
					loaded.set(value);
					return value;
				});
		return keeping(position, loaded).retrieve(key, next);
	}

	private TypedCache keeping(int position, AtomicReference<@Nullable Object> loaded) {
		return this.caches.get(position).unless((value) -> value != loaded.get());
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		this.caches.forEach((cache) -> cache.put(key, value));
	}

	@Override
	public void evict(Object key) {
		this.caches.forEach((cache) -> cache.evict(key));
	}

	@Override
	public void clear() {
		this.caches.forEach(TypedCache::clear);
	}

}
