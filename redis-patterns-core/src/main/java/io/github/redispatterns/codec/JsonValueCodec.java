package io.github.redispatterns.codec;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.TypeFactory;

import io.github.redispatterns.RedisPatternsException;

/**
 * JSON by Jackson 3 that reads back what it wrote. Modules, names and the like come from
 * the application's mapper; what would lose a part of a value on the way is off, whatever
 * that mapper says: default typing, time zones adjusted or left out, dates as numbers,
 * plain notation of decimals, text after the value.
 * <p>
 * Sealed types need no annotation: a property {@code @type} holds the simple name of the
 * permitted class. Spring Data's {@code Page} is read back too. A type that could not be
 * read back, such as a map with records as keys, is refused when it is written.
 * <p>
 * <b>Not promised:</b> the class of values declared as {@code Object} or as an interface
 * that is neither sealed nor annotated; numbers, texts and nesting beyond the limits of
 * Jackson's {@code StreamReadConstraints}, which count as undecodable.
 */
public final class JsonValueCodec implements ValueCodec {

	private final JsonMapper mapper;

	/** As many as the program declares types. */
	private final ConcurrentMap<ResolvableType, Binding> bindings = new ConcurrentHashMap<>();

	private final ConcurrentMap<ResolvableType, Integer> fingerprints = new ConcurrentHashMap<>();

	/**
	 * Create a codec.
	 * @param mapper the mapper whose modules and settings are taken over; it is not
	 * changed
	 */
	public JsonValueCodec(JsonMapper mapper) {
		this.mapper = mapper.rebuild()
			.deactivateDefaultTyping()
			.addModule(new RoundTripModule())
			.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.disable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
			.enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
			.disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE, DateTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID,
					DateTimeFeature.WRITE_DATES_WITH_CONTEXT_TIME_ZONE, DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
					DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS, DateTimeFeature.TRUNCATE_TO_MSECS_ON_READ,
					DateTimeFeature.TRUNCATE_TO_MSECS_ON_WRITE)
			.build();
	}

	@Override
	public byte[] encode(@Nullable Object value, ResolvableType type) {
		try {
			return binding(type).writer().writeValueAsBytes(value);
		}
		catch (RuntimeException | StackOverflowError ex) {
			throw new RedisPatternsException("Cannot write a value of type " + type + " as JSON: " + reason(ex), ex);
		}
	}

	@Override
	public Decoded decode(byte[] bytes, ResolvableType type) {
		return decode(bytes, 0, type);
	}

	@Override
	public Decoded decode(byte[] bytes, int offset, ResolvableType type) {
		try {
			return new Decoded.Value(binding(type).reader().readValue(bytes, offset, bytes.length - offset));
		}
		catch (RuntimeException | StackOverflowError ex) {
			return new Decoded.Undecodable("No " + type + ": " + reason(ex));
		}
	}

	@Override
	public int fingerprint(ResolvableType type) {
		try {
			return this.fingerprints.computeIfAbsent(type,
					(key) -> SchemaFingerprint.of(javaType(key), this.mapper.serializationConfig()));
		}
		catch (RuntimeException ex) {
			throw new RedisPatternsException("Cannot see the shape of type " + type + ": " + reason(ex), ex);
		}
	}

	private Binding binding(ResolvableType type) {
		return this.bindings.computeIfAbsent(type, this::bind);
	}

	private Binding bind(ResolvableType type) {
		JavaType javaType = javaType(type);
		// Finds out what cannot be read, which the reader would tell no earlier than it
		// reads.
		this.mapper._deserializationContext().findRootValueDeserializer(javaType);
		return new Binding(this.mapper.writerFor(javaType), this.mapper.readerFor(javaType));
	}

	/**
	 * Resolve what only the declaration knows, such as {@code T} in a generic superclass.
	 * @param type a type that may have variables
	 * @return the type for Jackson
	 */
	private JavaType javaType(ResolvableType type) {
		TypeFactory types = this.mapper.getTypeFactory();
		if (type.getType() instanceof Class<?> || type.hasUnresolvableGenerics()) {
			return types.constructType(type.getType());
		}
		if (type.isArray()) {
			return types.constructArrayType(javaType(type.getComponentType()));
		}
		JavaType[] generics = Arrays.stream(type.getGenerics()).map(this::javaType).toArray(JavaType[]::new);
		Class<?> raw = type.resolve(Object.class);
		return (generics.length > 0) ? types.constructParametricType(raw, generics) : types.constructType(raw);
	}

	private static String reason(Throwable ex) {
		return (ex instanceof JacksonException jackson) ? jackson.getOriginalMessage() : ex.toString();
	}

	private record Binding(ObjectWriter writer, ObjectReader reader) {
	}

}
