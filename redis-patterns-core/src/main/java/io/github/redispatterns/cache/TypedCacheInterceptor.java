package io.github.redispatterns.cache;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.cache.Cache;
import org.springframework.cache.interceptor.CacheInterceptor;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.cache.interceptor.KeyGenerator;
import org.springframework.cache.interceptor.SimpleKeyGenerator;
import org.springframework.core.MethodClassKey;

/**
 * Spring's cache interceptor, which tells our caches what Spring does not: the type and
 * the tags of what a method returns, however its caches are found (by a resolver, a
 * manager, or the application's own configuration). Each {@code @Cacheable} that is the
 * only cache operation of its method gets and loads in one go, as with
 * {@code sync = true}, also with {@code unless} and with several caches. Caches of others
 * are left as they are.
 */
final class TypedCacheInterceptor extends CacheInterceptor {

	private final transient BeanFactory beans;

	private final transient Map<MethodClassKey, MethodBinding> bindings = new ConcurrentHashMap<>();

	@SuppressWarnings("this-escape")
	TypedCacheInterceptor(CacheInterceptor original, BeanFactory beans) {
		this.beans = beans;
		configure(original::getErrorHandler, () -> toldApart(original.getKeyGenerator()), original::getCacheResolver,
				null);
		setCacheOperationSource(original.getCacheOperationSource());
		setBeanFactory(beans);
		afterPropertiesSet();
	}

	// Spring's own gives keys that cannot be told apart by their text.
	private KeyGenerator toldApart(KeyGenerator original) {
		return (original.getClass() == SimpleKeyGenerator.class)
				? this.beans.getBeanProvider(CacheKeys.class).getIfAvailable(CacheKeys::new) : original;
	}

	@Override
	protected CacheOperationContext getOperationContext(CacheOperation operation, Method method,
			@Nullable Object[] args, Object target, Class<?> targetClass) {
		return new BoundContext(getCacheOperationMetadata(operation, method, targetClass), args, target,
				binding(method, targetClass));
	}

	private MethodBinding binding(Method method, Class<?> targetClass) {
		MethodClassKey key = new MethodClassKey(method, targetClass);
		MethodBinding known = this.bindings.get(key);
		return (known != null) ? known : this.bindings.computeIfAbsent(key, (none) -> {
			CacheOperationSource source = getCacheOperationSource();
			Method specific = Proxy.isProxyClass(targetClass) ? method
					: AopUtils.getMostSpecificMethod(method, targetClass);
			return MethodBinding.of(specific, targetClass,
					(source != null) ? source.getCacheOperations(method, targetClass) : null, this.beans);
		});
	}

	/** An operation of one call, with its caches as the method sees them. */
	private final class BoundContext extends CacheOperationContext {

		/** What Spring takes an operation for that gets and loads in one go. */
		private static final CacheableOperation IN_ONE_GO = inOneGo();

		private final Collection<? extends Cache> caches;

		private final @Nullable CacheOperation inOneGo;

		BoundContext(CacheOperationMetadata metadata, @Nullable Object[] args, Object target, MethodBinding binding) {
			super(metadata, args, target);
			Cache whole = binding.bindInOneGo(super.getCaches(), this, (value) -> !canPutToCache(value));
			this.caches = (whole != null) ? List.of(whole) : binding.bind(super.getCaches(), this);
			this.inOneGo = (whole != null) ? IN_ONE_GO : null;
		}

		private static CacheableOperation inOneGo() {
			CacheableOperation.Builder builder = new CacheableOperation.Builder();
			builder.setSync(true);
			return builder.build();
		}

		// Asked for by resolvers before the caches are known.
		@Override
		public CacheOperation getOperation() {
			return (this.inOneGo != null) ? this.inOneGo : super.getOperation();
		}

		@Override
		protected Collection<? extends Cache> getCaches() {
			return this.caches;
		}

	}

}
