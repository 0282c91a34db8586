package io.github.redispatterns.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.ClassIntrospector;
import tools.jackson.databind.jsontype.NamedType;

/**
 * A short hash of how Jackson sees a type: names and types of its properties, all the way
 * down, in alphabetical order; the constants of enums; the names and properties of
 * subtypes. Names of an application's own classes are no part of it, so a class may be
 * moved or renamed.
 */
final class SchemaFingerprint {

	/** Only a type that nests itself in ever new generics goes deeper. */
	private static final int MAX_DEPTH = 64;

	private final SerializationConfig config;

	private final ClassIntrospector classes;

	private final AnnotationIntrospector annotations;

	private final Map<JavaType, Integer> visited = new HashMap<>();

	private final StringBuilder text = new StringBuilder();

	private SchemaFingerprint(SerializationConfig config) {
		this.config = config;
		this.classes = config.classIntrospectorInstance();
		this.annotations = config.getAnnotationIntrospector();
	}

	/**
	 * Compute the fingerprint of a type.
	 * @param type the type, with generics
	 * @param config the settings of the mapper, which decide on names
	 * @return the first 32 bits of the SHA-256 of its description
	 */
	static int of(JavaType type, SerializationConfig config) {
		byte[] description = describe(type, config).getBytes(StandardCharsets.UTF_8);
		try {
			return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(description)).getInt();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	static String describe(JavaType type, SerializationConfig config) {
		SchemaFingerprint fingerprint = new SchemaFingerprint(config);
		fingerprint.append(type, 0);
		return fingerprint.text.toString();
	}

	private void append(JavaType type, int depth) {
		if (depth > MAX_DEPTH || type.isPrimitive() || type.isJavaLangObject()) {
			this.text.append(type.getRawClass().getName());
		}
		else if (type.isContainerType() || type.isReferenceType() || isOfPlatform(type)) {
			appendWithParameters(type, depth);
		}
		else {
			appendOnce(type, depth);
		}
	}

	private static boolean isOfPlatform(JavaType type) {
		String name = type.getRawClass().getName();
		return name.startsWith("java.") || name.startsWith("org.springframework.");
	}

	private void appendWithParameters(JavaType type, int depth) {
		this.text.append(type.isArrayType() ? "array" : type.getRawClass().getName()).append('<');
		if (type.isContainerType() || type.isReferenceType()) {
			appendParameter(type.getKeyType(), depth);
			appendParameter(type.getContentType(), depth);
		}
		else {
			type.getBindings().getTypeParameters().forEach((parameter) -> appendParameter(parameter, depth));
		}
		this.text.append('>');
	}

	private void appendParameter(@Nullable JavaType type, int depth) {
		if (type != null) {
			append(type, depth + 1);
			this.text.append(',');
		}
	}

	private void appendOnce(JavaType type, int depth) {
		Integer known = this.visited.putIfAbsent(type, this.visited.size());
		if (known != null) {
			this.text.append('#').append(known);
		}
		else if (type.isEnumType()) {
			this.text.append("enum").append(constants(type));
		}
		else {
			appendObject(type, depth);
		}
	}

	private Collection<String> constants(JavaType type) {
		Enum<?>[] constants = (Enum<?>[]) type.getRawClass().getEnumConstants();
		AnnotatedClass annotated = this.classes.introspectClassAnnotations(type);
		@Nullable String[] names = this.annotations.findEnumValues(this.config, annotated, constants,
				new String[constants.length]);
		TreeSet<String> sorted = new TreeSet<>();
		for (int i = 0; i < constants.length; i++) {
			String name = names[i];
			sorted.add((name != null) ? name : constants[i].name());
		}
		return sorted;
	}

	private void appendObject(JavaType type, int depth) {
		AnnotatedClass annotated = this.classes.introspectClassAnnotations(type);
		BeanDescription description = this.classes.introspectForSerialization(type, annotated);
		AnnotatedMember value = description.findJsonValueAccessor();
		if (value != null) {
			append(value.getType(), depth + 1);
		}
		else if (isWrittenByItself(annotated)) {
			appendWithParameters(type, depth);
		}
		else {
			appendProperties(description, depth);
			appendSubtypes(type, annotated, depth);
		}
	}

	private boolean isWrittenByItself(AnnotatedClass annotated) {
		return this.annotations.findSerializer(this.config, annotated) != null
				|| this.annotations.findSerializationConverter(this.config, annotated) != null;
	}

	private void appendProperties(BeanDescription description, int depth) {
		Map<String, JavaType> properties = new TreeMap<>();
		for (BeanPropertyDefinition property : description.findProperties()) {
			if (property.couldSerialize()) {
				properties.put(property.getName(), property.getAccessor().getType());
			}
		}
		appendNamed(properties, depth);
	}

	private void appendSubtypes(JavaType type, AnnotatedClass annotated, int depth) {
		Map<String, JavaType> subtypes = new TreeMap<>();
		for (NamedType subtype : this.config.getSubtypeResolver()
			.collectAndResolveSubtypesByTypeId(this.config, annotated)) {
			Class<?> declared = SealedTypes.declared(subtype.getType());
			if (declared != type.getRawClass()) {
				String name = subtype.hasName() ? subtype.getName() : declared.getSimpleName();
				subtypes.put(name, this.config.getTypeFactory().constructSpecializedType(type, declared));
			}
		}
		if (!subtypes.isEmpty()) {
			appendNamed(subtypes, depth);
		}
	}

	private void appendNamed(Map<String, JavaType> types, int depth) {
		this.text.append('{');
		types.forEach((name, type) -> {
			this.text.append(name).append(':');
			append(type, depth + 1);
			this.text.append(';');
		});
		this.text.append('}');
	}

}
