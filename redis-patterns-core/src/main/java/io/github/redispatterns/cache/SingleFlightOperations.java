package io.github.redispatterns.cache;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.core.MethodClassKey;
import org.springframework.util.StringUtils;

/**
 * Takes each {@code @Cacheable} for one with {@code sync = true} where Spring allows it:
 * a method with one cache and no other operation or {@code unless}.
 */
final class SingleFlightOperations implements CacheOperationSource {

	private final CacheOperationSource source;

	private final Predicate<CacheableOperation> condition;

	private final Map<MethodClassKey, Optional<Collection<CacheOperation>>> known = new ConcurrentHashMap<>();

	/**
	 * Create the source.
	 * @param source what the annotations say
	 * @param condition whether the cache of an operation can be told to
	 */
	SingleFlightOperations(@Nullable CacheOperationSource source, Predicate<CacheableOperation> condition) {
		if (source == null) {
			throw new IllegalArgumentException("A cache interceptor without cache operations");
		}
		this.source = source;
		this.condition = condition;
	}

	@Override
	public boolean isCandidateClass(Class<?> targetClass) {
		return this.source.isCandidateClass(targetClass);
	}

	@Override
	public @Nullable Collection<CacheOperation> getCacheOperations(Method method, @Nullable Class<?> targetClass) {
		MethodClassKey key = new MethodClassKey(method, targetClass);
		Optional<Collection<CacheOperation>> operations = this.known.get(key);
		if (operations == null) {
			operations = Optional.ofNullable(this.source.getCacheOperations(method, targetClass)).map(this::inOneGo);
			this.known.put(key, operations);
		}
		return operations.orElse(null);
	}

	private Collection<CacheOperation> inOneGo(Collection<CacheOperation> operations) {
		boolean possible = operations.size() == 1 && operations.iterator().next() instanceof CacheableOperation only
				&& only.getCacheNames().size() == 1 && !StringUtils.hasText(only.getUnless()) && !only.isSync()
				&& this.condition.test(only);
		return possible ? List.of(synchronised((CacheableOperation) operations.iterator().next())) : operations;
	}

	private static CacheableOperation synchronised(CacheableOperation operation) {
		CacheableOperation.Builder builder = new CacheableOperation.Builder();
		builder.setName(operation.getName());
		builder.setCacheNames(operation.getCacheNames().toArray(String[]::new));
		builder.setKey(operation.getKey());
		builder.setKeyGenerator(operation.getKeyGenerator());
		builder.setCacheManager(operation.getCacheManager());
		builder.setCacheResolver(operation.getCacheResolver());
		builder.setCondition(operation.getCondition());
		builder.setSync(true);
		return builder.build();
	}

}
