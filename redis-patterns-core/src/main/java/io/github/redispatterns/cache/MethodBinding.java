package io.github.redispatterns.cache;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.cache.Cache;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationInvocationContext;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.StringUtils;

/**
 * What a method says about the values that it caches: their type, their tags, and whether
 * they can be got and loaded in one go.
 */
final class MethodBinding {

	private final ResolvableType type;

	private final @Nullable TagExpressions tags;

	private final boolean inOneGo;

	private final boolean unless;

	private MethodBinding(ResolvableType type, @Nullable TagExpressions tags, @Nullable CacheableOperation only) {
		this.type = type;
		this.tags = tags;
		this.inOneGo = only != null && !only.isSync();
		this.unless = only != null && StringUtils.hasText(only.getUnless());
	}

	static MethodBinding of(Method method, Class<?> targetClass, @Nullable Collection<CacheOperation> operations,
			BeanFactory beans) {
		return new MethodBinding(typeOfCached(ResolvableType.forMethodReturnType(method, targetClass)),
				TagExpressions.of(method, beans), only(operations));
	}

	private static @Nullable CacheableOperation only(@Nullable Collection<CacheOperation> operations) {
		return (operations != null && operations.size() == 1
				&& operations.iterator().next() instanceof CacheableOperation cacheable) ? cacheable : null;
	}

	/**
	 * View the caches of an operation as one, where a call of the method can get and load
	 * in one go.
	 * @param caches the caches
	 * @param context the call
	 * @param unless whether a value must not be stored
	 * @return the view; {@code null} where the method has other operations, or caches
	 * that are not ours
	 */
	@Nullable Cache bindInOneGo(Collection<? extends Cache> caches, CacheOperationInvocationContext<?> context,
			Predicate<@Nullable Object> unless) {
		if (!this.inOneGo) {
			return null;
		}
		List<TypedCache> bound = new ArrayList<>(caches.size());
		for (Cache cache : caches) {
			if (!(cache instanceof TypedCache typed)) {
				return null;
			}
			TypedCache view = view(typed, context);
			bound.add(this.unless ? view.unless(unless) : view);
		}
		return (bound.size() == 1) ? bound.get(0) : new CacheGroup(bound);
	}

	/**
	 * View the caches of an operation one by one.
	 * @param caches the caches
	 * @param context the call
	 * @return as many; those that are not ours as they are
	 */
	List<Cache> bind(Collection<? extends Cache> caches, CacheOperationInvocationContext<?> context) {
		boolean asksThenPuts = context.getOperation() instanceof CacheableOperation cacheable && !cacheable.isSync();
		return caches.stream().<Cache>map((cache) -> {
			if (!(cache instanceof TypedCache typed)) {
				return cache;
			}
			TypedCache view = view(typed, context);
			return asksThenPuts ? new FencedCache(view) : view;
		}).toList();
	}

	private TypedCache view(TypedCache cache, CacheOperationInvocationContext<?> context) {
		TypedCache view = cache.as(this.type);
		TagExpressions expressions = this.tags;
		if (expressions == null) {
			return view;
		}
		Object target = context.getTarget();
		@Nullable Object[] arguments = context.getArgs();
		return view.tagged((value) -> expressions.evaluate(target, arguments, value));
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
