package io.github.redispatterns.codec;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;

/**
 * Makes sealed types without annotations readable: each permitted class is written with a
 * property {@code @type} that holds its simple name, or its {@link JsonTypeName}. Jackson
 * itself finds the permitted classes.
 * <p>
 * Left alone are hierarchies that say themselves how they are read ({@link JsonTypeInfo},
 * {@link JsonDeserialize} or a {@link JsonCreator} factory on the sealed type), enums,
 * and types of the JDK.
 */
final class SealedTypes extends NopAnnotationIntrospector {

	private static final JsonTypeInfo.Value BY_NAME = JsonTypeInfo.Value.construct(JsonTypeInfo.Id.NAME,
			JsonTypeInfo.As.PROPERTY, "@type", null, false, null);

	@Override
	public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
		if (!(annotated instanceof AnnotatedClass) || !isNamed(annotated.getRawType())) {
			return null;
		}
		if (annotated.getRawType().isSealed()) {
			collectNames(annotated.getRawType(), new HashMap<>());
		}
		return BY_NAME;
	}

	@Override
	public @Nullable String findTypeName(MapperConfig<?> config, AnnotatedClass annotated) {
		return isNamed(annotated.getRawType()) ? declared(annotated.getRawType()).getSimpleName() : null;
	}

	@Override
	public JavaType refineDeserializationType(MapperConfig<?> config, Annotated annotated, JavaType type) {
		Class<?> declared = declared(type.getRawClass());
		return (declared != type.getRawClass()) ? config.constructType(declared) : type;
	}

	private static boolean isNamed(Class<?> type) {
		Class<?> declared = declared(type);
		return Stream.concat(Stream.of(declared), parents(declared)).anyMatch(SealedTypes::isPlainlySealed)
				&& !AnnotatedElementUtils.hasAnnotation(declared, JsonTypeInfo.class);
	}

	/**
	 * What a class was declared as: a constant of an enum that has a body is a class of
	 * its own, and an enum with such constants is sealed.
	 * @param type a class
	 * @return the enum of such a constant, or else the class itself
	 */
	static Class<?> declared(Class<?> type) {
		Class<?> parent = type.getSuperclass();
		return (parent != null && parent.isEnum()) ? parent : type;
	}

	private static Stream<Class<?>> parents(Class<?> type) {
		return Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()));
	}

	private static boolean isPlainlySealed(Class<?> type) {
		return type.isSealed() && !type.isEnum() && !type.getName().startsWith("java.")
				&& !type.isAnnotationPresent(JsonDeserialize.class) && Arrays.stream(type.getDeclaredMethods())
					.noneMatch((method) -> method.isAnnotationPresent(JsonCreator.class));
	}

	private static void collectNames(Class<?> sealed, Map<String, Class<?>> names) {
		for (Class<?> permitted : sealed.getPermittedSubclasses()) {
			Class<?> other = names.put(name(permitted), permitted);
			if (other != null && other != permitted) {
				throw new IllegalArgumentException("%s and %s would both be written as \"%s\": give one a @JsonTypeName"
					.formatted(other.getName(), permitted.getName(), name(permitted)));
			}
			if (permitted.isSealed()) {
				collectNames(permitted, names);
			}
		}
	}

	private static String name(Class<?> type) {
		JsonTypeName explicit = type.getAnnotation(JsonTypeName.class);
		return (explicit != null) ? explicit.value() : type.getSimpleName();
	}

}
