package io.github.redispatterns.test;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.KeyspaceAssertions;

/**
 * Hands a {@link Redis} to constructors and methods of a test class, and fails the class
 * if it leaves a key that never expires.
 */
public final class RedisExtension implements ParameterResolver, AfterAllCallback {

	private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(RedisExtension.class);

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == Redis.class;
	}

	@Override
	public Redis resolveParameter(ParameterContext parameter, ExtensionContext context) {
		return of(context);
	}

	@Override
	public void afterAll(ExtensionContext context) {
		KeyspaceAssertions.assertEveryKeyExpires(DevRedis.shared(), of(context).keys() + ":");
	}

	private static Redis of(ExtensionContext context) {
		Class<?> test = context.getRequiredTestClass();
		return context.getRoot()
			.getStore(NAMESPACE)
			.computeIfAbsent(test, (type) -> new Redis(test.getSimpleName()), Redis.class);
	}

}
