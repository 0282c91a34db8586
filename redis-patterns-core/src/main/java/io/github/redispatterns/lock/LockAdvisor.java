package io.github.redispatterns.lock;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.StringUtils;

import io.github.redispatterns.annotation.AnnotationAdvisor;
import io.github.redispatterns.annotation.InvalidAnnotationException;
import io.github.redispatterns.annotation.MethodExpression;

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
		refuseAsynchronous(method);
		LockSettings defaults = this.locks.get().settings();
		return new LockOperation(name(annotation, method), StringUtils.hasText(annotation.key())
				? MethodExpression.parse(DistributedLock.class, method, "key", annotation.key(), this.beans) : null,
				defaults
					.withMaxWait(duration(method, "maxWait", annotation.maxWait(), defaults.maxWait(), Duration.ZERO))
					.withLease(duration(method, "lease", annotation.lease(), defaults.lease(),
							LockSettings.SHORTEST_LEASE)));
	}

	@Override
	protected @Nullable Object around(LockOperation operation, MethodInvocation invocation) throws Throwable {
		try (LockHandle handle = operation.acquire(this.locks.get(), invocation)) {
			return invocation.proceed();
		}
	}

	private static String name(DistributedLock annotation, Method method) {
		return StringUtils.hasText(annotation.name()) ? annotation.name()
				: method.getDeclaringClass().getSimpleName() + "." + method.getName();
	}

	private static void refuseAsynchronous(Method method) {
		Class<?> type = method.getReturnType();
		if (Future.class.isAssignableFrom(type)
				|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null) {
			throw new InvalidAnnotationException(DistributedLock.class, method, "returns", type.getSimpleName(),
					"the lock would be released before the work is done",
					"Return the result itself, or use Locks.get(name).tryAcquireAsync(wait) and releaseAsync of the handle "
							+ "when the work is done.",
					null);
		}
	}

	private static Duration duration(Method method, String attribute, String text, Duration otherwise,
			Duration shortest) {
		if (!StringUtils.hasText(text)) {
			return otherwise;
		}
		Duration duration;
		try {
			duration = DurationFormatterUtils.detectAndParse(text);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidAnnotationException(DistributedLock.class, method, attribute, text, "this is no duration",
					"Write a duration such as \"500ms\", \"2s\" or \"PT2S\".", ex);
		}
		if (duration.compareTo(shortest) < 0) {
			throw new InvalidAnnotationException(DistributedLock.class, method, attribute, text,
					"it must be at least " + shortest.toMillis() + "ms", "Write a longer duration such as \"2s\".",
					null);
		}
		return duration;
	}

}
