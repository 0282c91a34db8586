package io.github.redispatterns.cache;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cache.interceptor.CacheInterceptor;
import org.springframework.core.PriorityOrdered;

/**
 * Takes the place of the interceptor behind {@code @EnableCaching}, with its
 * configuration, so that cached methods tell our caches the type of their values.
 */
public final class TypedCachePostProcessor implements BeanPostProcessor, PriorityOrdered {

	private final BeanFactory beans;

	/**
	 * Create the post-processor.
	 * @param beans where operations find what they name; a bean of type {@link CacheKeys}
	 * makes keys where the application does not say how
	 */
	public TypedCachePostProcessor(BeanFactory beans) {
		this.beans = beans;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean.getClass() == CacheInterceptor.class)
				? new TypedCacheInterceptor((CacheInterceptor) bean, this.beans) : bean;
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
