package io.github.redispatterns.cache;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;

import io.github.redispatterns.annotation.AnnotationAdvisor;
import io.github.redispatterns.annotation.InvalidAnnotationException;

/** Invalidates tags after methods with {@link EvictTags}. */
public final class EvictTagsAdvisor extends AnnotationAdvisor<EvictTags, EvictTagsAdvisor.Operation> {

	/** Outside of a transaction that the method begins, and so after its commit. */
	private static final int ORDER = Integer.MAX_VALUE - 1;

	private final Supplier<TypedCacheManager> caches;

	private final BeanFactory beans;

	/**
	 * Create the advisor.
	 * @param caches has the caches; asked at the first call
	 * @param beans for references to beans in expressions
	 */
	public EvictTagsAdvisor(Supplier<TypedCacheManager> caches, BeanFactory beans) {
		super(EvictTags.class, ORDER);
		this.caches = caches;
		this.beans = beans;
	}

	@Override
	protected Operation compile(EvictTags annotation, Method method) {
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(method.getReturnType());
		if (adapter != null && !CompletionStage.class.isAssignableFrom(method.getReturnType())) {
			throw new InvalidAnnotationException(EvictTags.class, method, "tags", String.join(", ", annotation.tags()),
					"the method has not run yet when it returns a " + method.getReturnType().getSimpleName(),
					"Return a CompletionStage, or call TypedCache.evictTags at the end of the chain.", null);
		}
		TagExpressions tags = TagExpressions.parse(EvictTags.class, method, "tags", annotation.tags(), this.beans);
		return new Operation(List.copyOf(Arrays.asList(annotation.cacheNames())), tags);
	}

	@Override
	protected @Nullable Object around(Operation operation, MethodInvocation invocation) throws Throwable {
		Object result = invocation.proceed();
		if (result instanceof CompletionStage<?> stage) {
			return stage.thenApply((value) -> {
				evict(operation, invocation, value);
				return value;
			});
		}
		evict(operation, invocation, (result instanceof Optional<?> optional) ? optional.orElse(null) : result);
		return result;
	}

	private void evict(Operation operation, MethodInvocation invocation, @Nullable Object result) {
		Set<String> tags = operation.tags().evaluate(invocation.getThis(), invocation.getArguments(), result);
		if (!tags.isEmpty()) {
			operation.cacheNames().forEach((name) -> this.caches.get().getCache(name).evictTags(tags));
		}
	}

	/**
	 * What one annotation says.
	 *
	 * @param cacheNames the caches
	 * @param tags the tags
	 */
	record Operation(List<String> cacheNames, TagExpressions tags) {
	}

}
