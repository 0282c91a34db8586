package io.github.redispatterns.cache;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;

/**
 * Several caches before one method. The first that has a fresh value serves it, without a
 * copy for the others, whose evictions may be over. Where none has, the first loads from
 * the method, and the others take along what that returns. So only the first has leases,
 * stale values, timeouts and early loads; nobody waits for two caches.
 */
final class CacheGroup implements Cache {

	private final List<TypedCache> caches;

	private final TypedCache first;

	private final List<TypedCache> others;

	CacheGroup(List<TypedCache> caches) {
		this.caches = caches;
		this.first = caches.get(0);
		this.others = caches.subList(1, caches.size());
	}

	@Override
	public String getName() {
		return this.first.getName();
	}

	@Override
	public Object getNativeCache() {
		return this.first;
	}

	@Override
	public @Nullable ValueWrapper get(Object key) {
		if (changedByTransaction(key) != null) {
			return null;
		}
		ValueWrapper hit = this.first.get(key);
		return (hit != null) ? hit : getFromOthers(key);
	}

	// What it will change in one of them, the others must not hand it, nor learn from it.
	private @Nullable TypedCache changedByTransaction(Object key) {
		for (TypedCache cache : this.caches) {
			if (cache.isChangedByTransaction(key)) {
				return cache;
			}
		}
		return null;
	}

	private @Nullable ValueWrapper getFromOthers(Object key) {
		for (TypedCache cache : this.others) {
			ValueWrapper hit = cache.getFresh(key, null);
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
		TypedCache changed = changedByTransaction(key);
		if (changed != null) {
			return changed.get(key, loader);
		}
		Callable<T> load = () -> {
			Map<TypedCache, LeaseReply> fences = new ConcurrentHashMap<>();
			this.others.forEach((cache) -> cache.getOrFence(key, noting(fences, cache)));
			T value = loader.call();
			fences.forEach((cache, fence) -> cache.fill(key, value, fence));
			return value;
		};
		ValueWrapper hit = this.first.getFresh(key, load);
		if (hit == null) {
			hit = getFromOthers(key);
		}
		return (hit != null) ? TypedCache.cast(hit.get()) : this.first.get(key, load);
	}

	@Override
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
		TypedCache changed = changedByTransaction(key);
		if (changed != null) {
			return changed.retrieve(key, loader);
		}
		Supplier<CompletableFuture<T>> load = () -> {
			Map<TypedCache, LeaseReply> fences = new ConcurrentHashMap<>();
			return CompletableFuture
				.allOf(this.others.stream()
					.map((cache) -> cache.retrieveOrFence(key, noting(fences, cache)))
					.toArray(CompletableFuture[]::new))
				.thenCompose((fenced) -> loader.get())
				.thenApply((value) -> {
					fences.forEach((cache, fence) -> cache.fill(key, value, fence));
					return value;
				});
		};
		CompletableFuture<@Nullable ValueWrapper> hit = this.first.retrieveFresh(key, load);
		for (TypedCache cache : this.others) {
			hit = hit.thenCompose((found) -> (found != null) ? CompletableFuture.completedFuture(found)
					: cache.retrieveFresh(key, null));
		}
		return hit.thenCompose((found) -> (found != null)
				? CompletableFuture.completedFuture(TypedCache.cast(found.get())) : this.first.retrieve(key, load));
	}

	private static Consumer<@Nullable LeaseReply> noting(Map<TypedCache, LeaseReply> fences, TypedCache cache) {
		return (fence) -> {
			if (fence != null) {
				fences.put(cache, fence);
			}
		};
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		this.first.put(key, value);
		this.others.forEach((cache) -> cache.put(key, value));
	}

	@Override
	public void evict(Object key) {
		this.first.evict(key);
		this.others.forEach((cache) -> cache.evict(key));
	}

	@Override
	public void clear() {
		this.first.clear();
		this.others.forEach(TypedCache::clear);
	}

}
