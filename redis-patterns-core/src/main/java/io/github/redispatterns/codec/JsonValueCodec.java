package io.github.redispatterns.codec;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.TypeFactory;

import io.github.redispatterns.RedisPatternsException;

/**
 * JSON by Jackson 3 with default typing off, whatever the mapper that it starts from
 * says.
 */
public final class JsonValueCodec implements ValueCodec {

	private final JsonMapper mapper;

	/**
	 * Create a codec.
	 * @param mapper the mapper whose modules and settings are taken over; it is not
	 * changed
	 */
	public JsonValueCodec(JsonMapper mapper) {
		this.mapper = mapper.rebuild().deactivateDefaultTyping().build();
	}

	@Override
	public byte[] encode(@Nullable Object value, ResolvableType type) {
		try {
			return this.mapper.writerFor(javaType(type)).writeValueAsBytes(value);
		}
		catch (JacksonException ex) {
			throw new RedisPatternsException("Cannot write a value of type " + type + " as JSON: " + ex.getMessage(),
					ex);
		}
	}

	@Override
	public Decoded decode(byte[] bytes, ResolvableType type) {
		try {
			return new Decoded.Value(this.mapper.readerFor(javaType(type)).readValue(bytes));
		}
		catch (JacksonException ex) {
			return new Decoded.Undecodable("No " + type + ": " + ex.getOriginalMessage());
		}
	}

	// Not by getType() alone: a type variable would lose what the declaring class says of
	// it.
	private JavaType javaType(ResolvableType type) {
		TypeFactory types = this.mapper.getTypeFactory();
		if (type.getType() instanceof Class<?> plain) {
			return types.constructType(plain);
		}
		if (type.isArray()) {
			return types.constructArrayType(javaType(type.getComponentType()));
		}
		ResolvableType[] generics = type.getGenerics();
		if (generics.length == 0) {
			return types.constructType(type.toClass());
		}
		return types.constructParametricType(type.toClass(),
				Arrays.stream(generics).map(this::javaType).toArray(JavaType[]::new));
	}

}
