package io.github.redispatterns.cache;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Copies values so that many callers can share them: what is in a copy cannot be changed.
 * That can be done for numbers, texts, times, enums and the like, and for optionals,
 * lists, sets, maps, records and sealed types of those. It cannot for arrays and for
 * classes with a state of their own.
 */
final class Shareable {

	private static final UnaryOperator<Object> AS_IT_IS = UnaryOperator.identity();

	private static final Set<Class<?>> IMMUTABLE = Set.of(String.class, BigDecimal.class, BigInteger.class, UUID.class,
			URI.class, Locale.class, Currency.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

	private final Map<ResolvableType, UnaryOperator<Object>> underWay = new HashMap<>();

	private Shareable() {
	}

	/**
	 * How to copy values of a type.
	 * @param type the declared type
	 * @return the way, or {@code null} if there is none
	 */
	static @Nullable UnaryOperator<Object> copier(ResolvableType type) {
		return new Shareable().of(type);
	}

	private @Nullable UnaryOperator<Object> of(ResolvableType type) {
		Class<?> raw = type.resolve();
		if (raw == null) {
			return null;
		}
		if (isImmutable(raw)) {
			return AS_IT_IS;
		}
		UnaryOperator<Object> known = this.underWay.get(type);
		if (known != null) {
			return known;
		}
		Later later = new Later();
		this.underWay.put(type, later);
		UnaryOperator<Object> copier = composite(type, raw);
		later.copier = copier;
		return copier;
	}

	private static boolean isImmutable(Class<?> type) {
		return ClassUtils.isPrimitiveOrWrapper(type) || type.isEnum() || IMMUTABLE.contains(type)
				|| type.getPackageName().equals("java.time");
	}

	private @Nullable UnaryOperator<Object> composite(ResolvableType type, Class<?> raw) {
		if (raw == Optional.class) {
			return element(type, 0, (copier) -> (value) -> ((Optional<?>) value).map(copier::apply));
		}
		if (raw == List.class || raw == Collection.class || raw == Iterable.class) {
			return element(type, 0, (copier) -> (value) -> list((Iterable<?>) value, copier));
		}
		if (raw == Set.class) {
			return element(type, 0, (copier) -> (value) -> set((Collection<?>) value, copier));
		}
		if (raw == Map.class) {
			return map(of(type.getGeneric(0)), of(type.getGeneric(1)));
		}
		if (raw.isRecord()) {
			return record(type, raw);
		}
		return (raw.isSealed() && raw.isInterface()) ? sealed(raw) : null;
	}

	private @Nullable UnaryOperator<Object> element(ResolvableType type, int generic,
			Function<UnaryOperator<Object>, UnaryOperator<Object>> container) {
		UnaryOperator<Object> element = of(type.getGeneric(generic));
		return (element != null) ? container.apply(element) : null;
	}

	private static Object list(Iterable<?> values, UnaryOperator<Object> copier) {
		List<@Nullable Object> copy = new ArrayList<>();
		values.forEach((value) -> copy.add(nullable(value, copier)));
		return Collections.unmodifiableList(copy);
	}

	private static Object set(Collection<?> values, UnaryOperator<Object> copier) {
		Set<@Nullable Object> copy = new LinkedHashSet<>();
		values.forEach((value) -> copy.add(nullable(value, copier)));
		return Collections.unmodifiableSet(copy);
	}

	private static @Nullable UnaryOperator<Object> map(@Nullable UnaryOperator<Object> keys,
			@Nullable UnaryOperator<Object> values) {
		if (keys == null || values == null) {
			return null;
		}
		return (value) -> {
			Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
			((Map<?, ?>) value).forEach((key, element) -> copy.put(nullable(key, keys), nullable(element, values)));
			return Collections.unmodifiableMap(copy);
		};
	}

	private static @Nullable Object nullable(@Nullable Object value, UnaryOperator<Object> copier) {
		return (value != null) ? copier.apply(value) : null;
	}

	private @Nullable UnaryOperator<Object> record(ResolvableType type, Class<?> raw) {
		RecordComponent[] components = raw.getRecordComponents();
		List<UnaryOperator<Object>> copiers = new ArrayList<>();
		for (RecordComponent component : components) {
			UnaryOperator<Object> copier = of(ResolvableType.forType(component.getGenericType(), type));
			if (copier == null) {
				return null;
			}
			copiers.add(copier);
		}
		if (copiers.stream().allMatch((copier) -> copier == AS_IT_IS)) {
			return AS_IT_IS;
		}
		return (value) -> copy(value, raw, components, copiers);
	}

	private static Object copy(Object value, Class<?> raw, RecordComponent[] components,
			List<UnaryOperator<Object>> copiers) {
		@Nullable Object[] parts = new Object[components.length];
		for (int i = 0; i < parts.length; i++) {
			ReflectionUtils.makeAccessible(components[i].getAccessor());
			parts[i] = nullable(ReflectionUtils.invokeMethod(components[i].getAccessor(), value), copiers.get(i));
		}
		return BeanUtils.instantiateClass(constructor(raw, components), parts);
	}

	private static Constructor<?> constructor(Class<?> raw, RecordComponent[] components) {
		try {
			return raw
				.getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new));
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private @Nullable UnaryOperator<Object> sealed(Class<?> raw) {
		Map<Class<?>, UnaryOperator<Object>> copiers = new HashMap<>();
		for (Class<?> permitted : raw.getPermittedSubclasses()) {
			UnaryOperator<Object> copier = of(ResolvableType.forClass(permitted));
			if (copier == null) {
				return null;
			}
			copiers.put(permitted, copier);
		}
		return (value) -> copiers.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().isInstance(value))
			.map((entry) -> entry.getValue().apply(value))
			.findFirst()
			.orElseThrow();
	}

	/** Stands for the copier of a type that has parts of its own type. */
	private static final class Later implements UnaryOperator<Object> {

		private @Nullable UnaryOperator<Object> copier;

		@Override
		public Object apply(Object value) {
			return Objects.requireNonNull(this.copier, "Not shareable").apply(value);
		}

	}

}
