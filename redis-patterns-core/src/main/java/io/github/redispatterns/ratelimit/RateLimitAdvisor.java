package io.github.redispatterns.ratelimit;

import java.lang.reflect.Method;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Controller;
import org.springframework.util.StringUtils;

import io.github.redispatterns.annotation.AnnotationAdvisor;
import io.github.redispatterns.annotation.InvalidAnnotationException;

/**
 * Puts limits around bean methods. The annotations of controllers are checked too when
 * the application starts, but applied by
 * {@link io.github.redispatterns.ratelimit.web.RateLimitInterceptor}.
 */
public final class RateLimitAdvisor extends AnnotationAdvisor<RateLimited, LimitedMethod> {

	/** Outside of locks, caches and transactions. */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE - 200;

	private final Supplier<RateLimiters> limiters;

	private final BeanFactory beans;

	private final Supplier<Executor> executor;

	/**
	 * Create the advisor.
	 * @param limiters the registry, asked for when the first annotation is found
	 * @param beans for references to beans in expressions
	 * @param executor where methods are called whose turn was waited for without a thread
	 */
	public RateLimitAdvisor(Supplier<RateLimiters> limiters, BeanFactory beans, Supplier<Executor> executor) {
		super(RateLimited.class, ORDER);
		this.limiters = limiters;
		this.beans = beans;
		this.executor = executor;
	}

	@Override
	protected boolean concerns(RateLimited annotation, Method method, Class<?> targetClass) {
		boolean handler = AnnotatedElementUtils.hasAnnotation(targetClass, Controller.class);
		if (handler) {
			operation(annotation, method);
			refuseFallback(annotation, method);
		}
		return !handler;
	}

	private static void refuseFallback(RateLimited annotation, Method method) {
		if (StringUtils.hasText(annotation.fallback())) {
			throw new InvalidAnnotationException(RateLimited.class, method, "fallback", annotation.fallback(),
					"a refused request never reaches the controller",
					"Remove it, and handle RateLimitExceededException in a controller advice.", null);
		}
	}

	@Override
	protected LimitedMethod compile(RateLimited annotation, Method method) {
		return LimitedMethod.compile(annotation, method, operation(annotation, method), this.executor.get());
	}

	private RateLimitOperation operation(RateLimited annotation, Method method) {
		return RateLimitOperation.compile(annotation, method, this.limiters.get(), this.beans);
	}

	@Override
	protected @Nullable Object around(LimitedMethod method, MethodInvocation invocation) throws Throwable {
		return method.call(invocation);
	}

}
