package io.github.redispatterns.lock;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.Ordered;

import io.github.redispatterns.annotation.AnnotationAdvisor;

/** Puts locks around methods. */
public final class LockAdvisor extends AnnotationAdvisor<DistributedLock, LockOperation> {

	/** Outside of caches and transactions, inside of rate limits. */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE - 100;

	private final Supplier<Locks> locks;

	private final BeanFactory beans;

	/**
	 * Create the advisor.
	 * @param locks the registry, asked for when the first annotation is found
	 * @param beans for references to beans in keys
	 */
	public LockAdvisor(Supplier<Locks> locks, BeanFactory beans) {
		super(DistributedLock.class, ORDER);
		this.locks = locks;
		this.beans = beans;
	}

	@Override
	protected LockOperation compile(DistributedLock annotation, Method method) {
		return new LockDeclaration(annotation, method).compile(this.locks.get().settings(), this.beans);
	}

	@Override
	protected @Nullable Object around(LockOperation operation, MethodInvocation invocation) throws Throwable {
		return operation.call(this.locks.get(), invocation);
	}

}
