package io.github.redispatterns.ratelimit;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Controller;

import io.github.redispatterns.annotation.AnnotationAdvisor;

/**
 * Puts limits around bean methods. The annotations of controllers are checked too when
 * the application starts, but applied by
 * {@link io.github.redispatterns.ratelimit.web.RateLimitInterceptor}.
 */
public final class RateLimitAdvisor extends AnnotationAdvisor<RateLimited, RateLimitOperation> {

	/** Outside of locks, caches and transactions. */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE - 200;

	private final Supplier<RateLimiters> limiters;

	private final BeanFactory beans;

	/**
	 * Create the advisor.
	 * @param limiters the registry, asked for when the first annotation is found
	 * @param beans for references to beans in keys
	 */
	public RateLimitAdvisor(Supplier<RateLimiters> limiters, BeanFactory beans) {
		super(RateLimited.class, ORDER);
		this.limiters = limiters;
		this.beans = beans;
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		boolean annotated = super.matches(method, targetClass);
		return annotated && !AnnotatedElementUtils.hasAnnotation(targetClass, Controller.class);
	}

	@Override
	protected RateLimitOperation compile(RateLimited annotation, Method method) {
		return RateLimitOperation.compile(annotation, method, this.limiters.get(), this.beans);
	}

	@Override
	protected @Nullable Object around(RateLimitOperation operation, MethodInvocation invocation) throws Throwable {
		operation.acquire((key) -> key.evaluate(invocation), () -> "");
		return invocation.proceed();
	}

}
