package io.github.redispatterns.cache;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;

/**
 * A cache for one call of a method that asks first, then computes, then puts, as Spring
 * does where it cannot do all of that at once. Asking leaves a shared lease where nothing
 * is; putting replaces that lease, and does nothing if an invalidation took it away
 * meanwhile. Where asking put up no lease, because Redis does not answer, putting does
 * nothing.
 */
final class FencedCache implements Cache {

	private final TypedCache cache;

	private final Map<Object, Optional<LeaseReply>> fences = new ConcurrentHashMap<>(2);

	FencedCache(TypedCache cache) {
		this.cache = cache;
	}

	@Override
	public String getName() {
		return this.cache.getName();
	}

	@Override
	public Object getNativeCache() {
		return this.cache;
	}

	@Override
	public @Nullable ValueWrapper get(Object key) {
		return this.cache.getOrFence(key, (fence) -> this.fences.put(key, Optional.ofNullable(fence)));
	}

	@Override
	public @Nullable CompletableFuture<?> retrieve(Object key) {
		return this.cache.retrieveOrFence(key, (fence) -> this.fences.put(key, Optional.ofNullable(fence)));
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		Optional<LeaseReply> fence = this.fences.remove(key);
		if (fence == null) {
			this.cache.put(key, value);
		}
		else {
			fence.ifPresent((lease) -> this.cache.fill(key, value, lease));
		}
	}

	@Override
	public <T> @Nullable T get(Object key, @Nullable Class<T> type) {
		return this.cache.get(key, type);
	}

	@Override
	public <T> @Nullable T get(Object key, Callable<T> loader) {
		return this.cache.get(key, loader);
	}

	@Override
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
		return this.cache.retrieve(key, loader);
	}

	@Override
	public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
		return this.cache.putIfAbsent(key, value);
	}

	@Override
	public void evict(Object key) {
		this.cache.evict(key);
	}

	@Override
	public void clear() {
		this.cache.clear();
	}

}
