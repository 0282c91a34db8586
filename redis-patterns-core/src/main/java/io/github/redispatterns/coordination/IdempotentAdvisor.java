package io.github.redispatterns.coordination;

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
 * Executes bean methods once for each key. Handler methods whose key comes from the
 * request are left to {@code IdempotencyInterceptor}.
 */
public final class IdempotentAdvisor extends AnnotationAdvisor<Idempotent, IdempotentMethod> {

	/** Inside of rate limits, outside of locks, caches and transactions. */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE - 150;

	private final Supplier<IdempotentOperations> operations;

	private final BeanFactory beans;

	private final boolean web;

	/**
	 * Create the advisor.
	 * @param operations the registry, asked for when the first annotation is found
	 * @param beans for references to beans in keys
	 * @param web whether keys of handler methods may come from the request
	 */
	public IdempotentAdvisor(Supplier<IdempotentOperations> operations, BeanFactory beans, boolean web) {
		super(Idempotent.class, ORDER);
		this.operations = operations;
		this.beans = beans;
		this.web = web;
	}

	@Override
	protected boolean concerns(Idempotent annotation, Method method, Class<?> targetClass) {
		IdempotentDeclaration declaration = new IdempotentDeclaration(annotation, method);
		boolean left = this.web && declaration.isKeyedByRequest()
				&& AnnotatedElementUtils.hasAnnotation(targetClass, Controller.class);
		if (left) {
			declaration.check(this.operations.get().settings(), this.beans);
		}
		return !left;
	}

	@Override
	protected IdempotentMethod compile(Idempotent annotation, Method method) {
		return new IdempotentDeclaration(annotation, method).compile(this.operations.get(), this.beans);
	}

	@Override
	protected @Nullable Object around(IdempotentMethod operation, MethodInvocation invocation) throws Throwable {
		return operation.call(invocation);
	}

}
