package io.github.redispatterns.cache;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.interceptor.CacheOperationInvocationContext;
import org.springframework.cache.interceptor.SimpleCacheResolver;
import org.springframework.core.MethodClassKey;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;

/**
 * Resolves the caches of a method, to be read as what the method returns.
 */
public final class TypedCacheResolver extends SimpleCacheResolver {

	private final Map<MethodClassKey, ResolvableType> types = new ConcurrentHashMap<>();

	/**
	 * Create the resolver.
	 * @param cacheManager has the caches; those that are no {@link TypedCache} are left
	 * as they are
	 */
	public TypedCacheResolver(CacheManager cacheManager) {
		super(cacheManager);
	}

	@Override
	public Collection<? extends Cache> resolveCaches(CacheOperationInvocationContext<?> context) {
		return super.resolveCaches(context).stream().map((cache) -> typed(cache, context)).toList();
	}

	private Cache typed(Cache cache, CacheOperationInvocationContext<?> context) {
		return (cache instanceof TypedCache typed) ? typed.as(type(context)) : cache;
	}

	private ResolvableType type(CacheOperationInvocationContext<?> context) {
		Class<?> target = context.getTarget().getClass();
		return this.types.computeIfAbsent(new MethodClassKey(context.getMethod(), target),
				(key) -> cached(ResolvableType.forMethodReturnType(context.getMethod(), target)));
	}

	/**
	 * What Spring puts in the cache for a method: the value inside an optional or a
	 * future, a list of what a publisher emits.
	 * @param returned the return type
	 * @return the type of the cached value
	 */
	static ResolvableType cached(ResolvableType returned) {
		Class<?> type = returned.toClass();
		if (type == Optional.class || CompletionStage.class.isAssignableFrom(type)) {
			return returned.getGeneric(0);
		}
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
		if (adapter == null) {
			return returned;
		}
		ResolvableType element = returned.getGeneric(0);
		return adapter.isMultiValue() ? ResolvableType.forClassWithGenerics(List.class, element) : element;
	}

}
