package io.github.redispatterns.devservices.junit;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.devservices.KeyspaceAssertions;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.devservices.RedisTopology;

/** Does what {@link RedisTest} says. */
final class RedisExtension
		implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {

	@Override
	public void beforeAll(ExtensionContext context) {
		RedisTopology redis = redis(context);
		redis.heal();
		redis.flush();
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		redis(context).flush();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		healAndLook(context);
	}

	/** What was written after the last test. */
	@Override
	public void afterAll(ExtensionContext context) {
		healAndLook(context);
	}

	private static void healAndLook(ExtensionContext context) {
		RedisTopology redis = redis(context);
		redis.heal();
		KeyspaceAssertions.assertEveryKeyExpires(redis, "", test(context).livingForEver());
	}

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		Class<?> type = parameter.getParameter().getType();
		return type == RedisTopology.class || type == RedisServer.class || type == LettuceConnectionFactory.class;
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		Class<?> type = parameter.getParameter().getType();
		RedisTopology redis = redis(context);
		if (type == RedisTopology.class) {
			return redis;
		}
		return (type == RedisServer.class) ? redis.servers().get(0) : connections(context).factory();
	}

	private static Connections connections(ExtensionContext context) {
		return context.getStore(ExtensionContext.Namespace.create(RedisExtension.class, context.getRequiredTestClass()))
			.computeIfAbsent(Connections.class, (key) -> new Connections(redis(context).connectionFactory()),
					Connections.class);
	}

	private static RedisTopology redis(ExtensionContext context) {
		return test(context).value().shared();
	}

	private static RedisTest test(ExtensionContext context) {
		return AnnotationSupport.findAnnotation(context.getRequiredTestClass(), RedisTest.class)
			.orElseThrow(() -> new IllegalStateException("@RedisTest is missing on " + context.getRequiredTestClass()));
	}

	/**
	 * The connections of a class, closed with JUnit's store.
	 *
	 * @param factory makes them
	 */
	private record Connections(LettuceConnectionFactory factory) implements AutoCloseable {

		@Override
		public void close() {
			this.factory.destroy();
		}

	}

}
