package io.github.redispatterns.cache;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.interceptor.AbstractCacheResolver;
import org.springframework.cache.interceptor.CacheInterceptor;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationInvocationContext;
import org.springframework.cache.interceptor.CacheResolver;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.cache.interceptor.KeyGenerator;
import org.springframework.cache.interceptor.SimpleKeyGenerator;
import org.springframework.core.MethodClassKey;
import org.springframework.util.StringUtils;

/**
 * Spring's cache interceptor, which tells our caches what Spring does not: the type and
 * the tags of what a method returns, however its caches are found (by a resolver, a
 * manager, or the application's own configuration). It gets and loads in one go wherever
 * the annotations of a method allow that. Caches of others are left as they are.
 */
final class TypedCacheInterceptor extends CacheInterceptor {

	private final transient BeanFactory beans;

	private final transient Map<MethodClassKey, MethodBinding> bindings = new ConcurrentHashMap<>();

	@SuppressWarnings("this-escape")
	TypedCacheInterceptor(CacheInterceptor original, BeanFactory beans) {
		this.beans = beans;
		configure(original::getErrorHandler, () -> toldApart(original.getKeyGenerator()), original::getCacheResolver,
				null);
		setCacheOperationSource(new SingleFlightOperations(original.getCacheOperationSource(), this::isOurs));
		setBeanFactory(beans);
		afterPropertiesSet();
	}

	// Spring's own gives keys that cannot be told apart by their text.
	private KeyGenerator toldApart(KeyGenerator original) {
		return (original.getClass() == SimpleKeyGenerator.class)
				? this.beans.getBeanProvider(CacheKeys.class).getIfAvailable(CacheKeys::new) : original;
	}

	private boolean isOurs(CacheableOperation operation) {
		if (StringUtils.hasText(operation.getCacheResolver())) {
			return false;
		}
		return (StringUtils.hasText(operation.getCacheManager()) ? BeanFactoryAnnotationUtils
			.qualifiedBeanOfType(this.beans, CacheManager.class, operation.getCacheManager())
				: defaultManager()) instanceof TypedCacheManager;
	}

	private @Nullable CacheManager defaultManager() {
		return (getCacheResolver() instanceof AbstractCacheResolver resolver) ? resolver.getCacheManager() : null;
	}

	@Override
	protected Collection<? extends Cache> getCaches(CacheOperationInvocationContext<CacheOperation> context,
			CacheResolver cacheResolver) {
		Collection<? extends Cache> caches = super.getCaches(context, cacheResolver);
		return (caches.size() == 1) ? List.of(bound(caches.iterator().next(), context))
				: caches.stream().map((cache) -> bound(cache, context)).toList();
	}

	private Cache bound(Cache cache, CacheOperationInvocationContext<?> context) {
		return (cache instanceof TypedCache typed) ? binding(context).bind(typed, context) : cache;
	}

	private MethodBinding binding(CacheOperationInvocationContext<?> context) {
		Class<?> targetClass = AopUtils.getTargetClass(context.getTarget());
		MethodClassKey key = new MethodClassKey(context.getMethod(), targetClass);
		MethodBinding known = this.bindings.get(key);
		return (known != null) ? known : this.bindings.computeIfAbsent(key, (none) -> MethodBinding
			.of(AopUtils.getMostSpecificMethod(context.getMethod(), targetClass), targetClass, this.beans));
	}

}
