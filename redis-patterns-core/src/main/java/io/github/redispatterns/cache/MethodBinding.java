package io.github.redispatterns.cache;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.cache.Cache;
import org.springframework.cache.interceptor.CacheOperationInvocationContext;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;

/** What a method says about the values that it caches: their type and their tags. */
final class MethodBinding {

	private final ResolvableType type;

	private final @Nullable TagExpressions tags;

	private final Map<TypedCache, TypedCache> views = new ConcurrentHashMap<>();

	private MethodBinding(ResolvableType type, @Nullable TagExpressions tags) {
		this.type = type;
		this.tags = tags;
	}

	static MethodBinding of(Method method, Class<?> targetClass, BeanFactory beans) {
		return new MethodBinding(typeOfCached(ResolvableType.forMethodReturnType(method, targetClass)),
				TagExpressions.of(method, beans));
	}

	/**
	 * View a cache as a call of the method does.
	 * @param cache the cache
	 * @param context the call
	 * @return the view, for this call alone where it must remember something of it
	 */
	Cache bind(TypedCache cache, CacheOperationInvocationContext<?> context) {
		TypedCache view = this.views.computeIfAbsent(cache, (key) -> key.as(this.type));
		TagExpressions expressions = this.tags;
		if (expressions != null) {
			Object target = context.getTarget();
			@Nullable Object[] arguments = context.getArgs();
			view = view.tagged((value) -> expressions.evaluate(target, arguments, value));
		}
		boolean asksThenPuts = context.getOperation() instanceof CacheableOperation cacheable && !cacheable.isSync();
		return asksThenPuts ? new FencedCache(view) : view;
	}

	/**
	 * What Spring puts in the cache for a method: the value inside an optional or a
	 * future, a list of what a publisher emits.
	 * @param returned the return type
	 * @return the type of the cached value
	 */
	static ResolvableType typeOfCached(ResolvableType returned) {
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
