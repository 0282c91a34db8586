package io.github.redispatterns.cache;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.annotation.AnnotationAdvisor;
import io.github.redispatterns.annotation.InvalidAnnotationException;

/** Serves methods with {@link CacheableAll} from their caches. */
public final class CacheableAllAdvisor extends AnnotationAdvisor<CacheableAll, CacheableAllAdvisor.Operation> {

	private static final SpelExpressionParser PARSER = new SpelExpressionParser();

	private static final int ORDER = Integer.MAX_VALUE - 1;

	private final Supplier<TypedCacheManager> caches;

	private final BeanFactory beans;

	/**
	 * Create the advisor.
	 * @param caches has the caches; asked at the first call
	 * @param beans for references to beans in expressions
	 */
	public CacheableAllAdvisor(Supplier<TypedCacheManager> caches, BeanFactory beans) {
		super(CacheableAll.class, ORDER);
		this.caches = caches;
		this.beans = beans;
	}

	@Override
	protected Operation compile(CacheableAll annotation, Method method) {
		Class<?>[] parameters = method.getParameterTypes();
		if (parameters.length != 1 || !Collection.class.isAssignableFrom(parameters[0])
				|| !parameters[0].isAssignableFrom(ArrayList.class) && !parameters[0].isAssignableFrom(Set.class)) {
			throw invalid(method, "value", annotation.value(),
					"the method must have one Collection, List or Set of keys", "Take the keys as the only parameter.");
		}
		ResolvableType returned = ResolvableType.forMethodReturnType(method);
		boolean map = method.getReturnType() == Map.class;
		if (!map && method.getReturnType() != List.class && method.getReturnType() != Collection.class) {
			throw invalid(method, "value", annotation.value(), "the method must return a Map, Collection or List",
					"Return a map of values by key.");
		}
		if (map != annotation.key().isEmpty()) {
			throw invalid(method, "key", annotation.key(),
					map ? "a map has its keys already" : "nothing says which value belongs to which key",
					map ? "Leave key out." : "Say how to find the key of a value, such as key = \"id\".");
		}
		return new Operation(annotation.value(), returned.getGeneric(map ? 1 : 0), map ? null : key(annotation, method),
				TagExpressions.of(method, this.beans));
	}

	private static Expression key(CacheableAll annotation, Method method) {
		try {
			return PARSER.parseExpression(annotation.key());
		}
		catch (ParseException ex) {
			throw invalid(method, "key", annotation.key(), "this is no SpEL expression: " + ex.getSimpleMessage(),
					"Write a SpEL expression about a value, such as \"id\".");
		}
	}

	private static InvalidAnnotationException invalid(Method method, String attribute, String value, String reason,
			String action) {
		return new InvalidAnnotationException(CacheableAll.class, method, attribute, value, reason, action, null);
	}

	@Override
	protected @Nullable Object around(Operation operation, MethodInvocation invocation) throws Throwable {
		Collection<?> keys = (Collection<?>) invocation.getArguments()[0];
		if (keys == null) {
			return invocation.proceed();
		}
		TypedCache cache = operation.tag(this.caches.get().getCache(operation.cacheName()).as(operation.type()),
				invocation);
		try {
			Map<Object, Object> values = cache.getAll(keys, (missing) -> load(operation, invocation, missing));
			return (operation.key() != null) ? new ArrayList<>(values.values()) : values;
		}
		catch (RedisPatternsException ex) {
			throw (ex.getCause() instanceof InvocationTargetException thrown) ? thrown.getTargetException() : ex;
		}
	}

	private static Map<Object, Object> load(Operation operation, MethodInvocation invocation, List<Object> missing)
			throws InvocationTargetException {
		boolean set = invocation.getMethod().getParameterTypes()[0] == Set.class;
		Object argument = set ? new LinkedHashSet<>(missing) : new ArrayList<>(missing);
		Object result = proceed(((ProxyMethodInvocation) invocation).invocableClone(argument));
		Map<Object, Object> values = new LinkedHashMap<>();
		if (result instanceof Map<?, ?> map) {
			values.putAll(map);
		}
		else if (result instanceof Collection<?> collection && operation.key() != null) {
			collection.forEach((value) -> values.put(operation.key().getValue(value), value));
		}
		return values;
	}

	private static @Nullable Object proceed(MethodInvocation invocation) throws InvocationTargetException {
		try {
			return invocation.proceed();
		}
		catch (Throwable ex) {
			throw new InvocationTargetException(ex);
		}
	}

	/**
	 * What one annotation says.
	 *
	 * @param cacheName the cache
	 * @param type the type of values
	 * @param key finds the key of a value, or {@code null} where the method returns a map
	 * @param tags what values are tagged with, or {@code null} for nothing
	 */
	record Operation(String cacheName, ResolvableType type, @Nullable Expression key, @Nullable TagExpressions tags) {

		TypedCache tag(TypedCache cache, MethodInvocation invocation) {
			TagExpressions expressions = this.tags;
			return (expressions != null)
					? cache
						.tagged((value) -> expressions.evaluate(invocation.getThis(), invocation.getArguments(), value))
					: cache;
		}

	}

}
