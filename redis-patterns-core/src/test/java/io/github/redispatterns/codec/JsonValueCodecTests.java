package io.github.redispatterns.codec;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ResolvableType;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

import io.github.redispatterns.RedisPatternsException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class JsonValueCodecTests {

	private final ValueCodec codec = new JsonValueCodec(JsonMapper.shared());

	@ParameterizedTest
	@MethodSource
	void readsBackWhatItWrote(Object value, ResolvableType type) {
		assertThat(this.codec.decode(this.codec.encode(value, type), type)).isEqualTo(new Decoded.Value(value));
	}

	static Stream<Arguments> readsBackWhatItWrote() {
		Seat seat = new Seat("A1", new BigDecimal("12.50"), Optional.of("front"), Row.FIRST);
		return Stream.of(Arguments.of(seat, type(Seat.class)),
				Arguments.of(List.of(seat), ResolvableType.forClassWithGenerics(List.class, Seat.class)),
				Arguments.of(Stream.of(1L, 2L).toList(), ResolvableType.forClassWithGenerics(List.class, Long.class)),
				Arguments.of(Set.of("a"), ResolvableType.forClassWithGenerics(Set.class, String.class)),
				Arguments.of(Map.of(7L, seat), ResolvableType.forClassWithGenerics(Map.class, Long.class, Seat.class)),
				Arguments.of(5L, type(Long.class)), Arguments.of(Row.FIRST, type(Row.class)),
				Arguments.of(new BigDecimal("1.10"), type(BigDecimal.class)),
				Arguments.of(UUID.fromString("6f3b2c1e-0000-4000-8000-000000000001"), type(UUID.class)),
				Arguments.of(Instant.parse("2026-11-21T10:15:30.123456789Z"), type(Instant.class)),
				Arguments.of(LocalDate.of(2026, 11, 21), type(LocalDate.class)),
				Arguments.of(Duration.ofMillis(1500), type(Duration.class)));
	}

	@Test
	void readsBackNull() {
		byte[] bytes = this.codec.encode(null, type(Seat.class));
		assertThat(this.codec.decode(bytes, type(Seat.class))).isEqualTo(new Decoded.Value(null));
	}

	@Test
	void writesNoClassNameWhateverTheMapperDoes() {
		JsonMapper typed = JsonMapper.builder()
			.activateDefaultTyping(BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build(),
					DefaultTyping.NON_FINAL)
			.build();
		Seat seat = new Seat("A1", BigDecimal.ONE, Optional.empty(), Row.FIRST);
		String json = new String(new JsonValueCodec(typed).encode(seat, type(Seat.class)), StandardCharsets.UTF_8);
		assertThat(json).startsWith("{").doesNotContain("redispatterns", "class");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "\u0000\u0001", "[1]", "\"text\"", "{\"label\":{}}" })
	void saysThatBytesAreNoneOfTheType(String bytes) {
		assertThat(this.codec.decode(bytes.getBytes(StandardCharsets.UTF_8), type(Seat.class)))
			.isInstanceOf(Decoded.Undecodable.class);
	}

	@Test
	void namesTheTypeThatCannotBeWritten() {
		List<Object> endless = new ArrayList<>();
		endless.add(endless);
		assertThatExceptionOfType(RedisPatternsException.class)
			.isThrownBy(() -> this.codec.encode(endless, type(List.class)))
			.withMessageContaining("List");
	}

	private static ResolvableType type(Class<?> type) {
		return ResolvableType.forClass(type);
	}

	enum Row {

		FIRST, SECOND

	}

	record Seat(String label, BigDecimal price, Optional<String> hint, @Nullable Row row) {
	}

}
