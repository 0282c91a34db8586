package io.github.redispatterns.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Currency;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageImpl;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.data.web.config.EnableSpringDataWebSupport.PageSerializationMode;
import org.springframework.data.web.config.SpringDataJackson3Configuration.PageModule;
import org.springframework.data.web.config.SpringDataWebSettings;
import org.springframework.util.ReflectionUtils;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

import io.github.redispatterns.RedisPatternsException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class JsonShapesTests {

	private static final Seat SEAT = new Seat("A1", new BigDecimal("12.50"), Optional.of("front"), Row.FIRST);

	private static final List<Shape> SHAPES = List.of(new Circle(1.5), new Square(2), Special.ORIGIN, Special.NOWHERE);

	private final ValueCodec codec = new JsonValueCodec(JsonMapper.shared());

	@ParameterizedTest(name = "{1}: {0}")
	@MethodSource({ "scalars", "times", "containers", "mapKeys", "objects", "sealedTypes", "pages", "typeVariables" })
	void readsBackWhatItWrote(@Nullable Object value, ResolvableType type) {
		assertThat(roundTrip(this.codec, value, type)).isEqualTo(value);
	}

	/** Each of these settings alone would lose something. */
	@ParameterizedTest(name = "{1}: {0}")
	@MethodSource({ "scalars", "times", "containers", "mapKeys", "objects", "sealedTypes", "pages", "typeVariables" })
	void readsBackWhatItWroteWhateverTheMapperSays(@Nullable Object value, ResolvableType type) {
		JsonMapper lossy = JsonMapper.builder()
			.defaultTimeZone(TimeZone.getTimeZone("Asia/Tokyo"))
			.enable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
					DateTimeFeature.TRUNCATE_TO_MSECS_ON_READ, DateTimeFeature.TRUNCATE_TO_MSECS_ON_WRITE)
			.enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
			.disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.addModule(new PageModule(new SpringDataWebSettings(PageSerializationMode.VIA_DTO)))
			.build();
		assertThat(roundTrip(new JsonValueCodec(lossy), value, type)).isEqualTo(value);
	}

	static Stream<Arguments> scalars() {
		return Stream.of(of("text", String.class), of("", String.class),
				of("\u0000\"\\\n\u20ac\ud83d\ude00", String.class), of(true, Boolean.class), of('x', Character.class),
				of((byte) -1, Byte.class), of((short) 7, Short.class), of(Integer.MIN_VALUE, Integer.class),
				of(Long.MAX_VALUE, Long.class), of(5L, Long.class), of(1.5f, Float.class), of(0.1, Double.class),
				of(-0.0, Double.class), of(Double.MIN_VALUE, Double.class), of(Double.NaN, Double.class),
				of(Double.NEGATIVE_INFINITY, Double.class),
				of(new BigInteger("123456789012345678901234567890"), BigInteger.class),
				of(new BigDecimal("1.10"), BigDecimal.class), of(new BigDecimal("1E+3"), BigDecimal.class),
				of(new BigDecimal("0.000"), BigDecimal.class), of(new BigDecimal("1E-30"), BigDecimal.class),
				of(new BigDecimal("12345678901234567890.12345678901234567890"), BigDecimal.class),
				of(Row.SECOND, Row.class), of(TimeUnit.DAYS, TimeUnit.class), of(Rank.HIGH, Rank.class),
				of(UUID.fromString("6f3b2c1e-0000-4000-8000-000000000001"), UUID.class),
				of(URI.create("https://example.org/?a=b"), URI.class), of(Locale.GERMANY, Locale.class),
				of(Currency.getInstance("EUR"), Currency.class), of(null, String.class), of(null, Seat.class));
	}

	static Stream<Arguments> times() {
		return Stream.of(of(Instant.parse("2026-11-21T10:15:30.123456789Z"), Instant.class),
				of(Instant.MAX, Instant.class), of(Instant.MIN, Instant.class),
				of(LocalDate.of(2026, 11, 21), LocalDate.class), of(LocalTime.of(10, 15), LocalTime.class),
				of(LocalDateTime.parse("2026-11-21T10:15:30.000000001"), LocalDateTime.class),
				of(OffsetDateTime.parse("2026-11-21T10:15:30.5+05:30"), OffsetDateTime.class),
				of(OffsetTime.parse("10:15+02:00"), OffsetTime.class),
				of(ZonedDateTime.parse("2026-11-21T10:15:30+01:00[Europe/Berlin]"), ZonedDateTime.class),
				of(ZonedDateTime.parse("2026-11-21T10:15:30Z[UTC]"), ZonedDateTime.class),
				of(ZonedDateTime.parse("2026-11-21T10:15:30+01:00"), ZonedDateTime.class),
				of(Duration.ofSeconds(90, 1), Duration.class), of(Period.of(1, 2, 3), Period.class),
				of(Year.of(2026), Year.class), of(YearMonth.of(2026, 11), YearMonth.class),
				of(MonthDay.of(2, 29), MonthDay.class), of(Month.MAY, Month.class),
				of(DayOfWeek.FRIDAY, DayOfWeek.class), of(ZoneId.of("Europe/Berlin"), ZoneId.class),
				of(ZoneOffset.ofHours(2), ZoneOffset.class));
	}

	static Stream<Arguments> containers() {
		return Stream.of(of(List.of("a"), new ParameterizedTypeReference<List<String>>() {
		}), of(Stream.of(1L, 2L).toList(), new ParameterizedTypeReference<List<Long>>() {
		}), of(Arrays.asList("a", null), new ParameterizedTypeReference<List<String>>() {
		}), of(List.of(), new ParameterizedTypeReference<List<String>>() {
		}), of(List.of(SEAT), new ParameterizedTypeReference<List<Seat>>() {
		}), of(List.of(List.of(Optional.of(1L))), new ParameterizedTypeReference<List<List<Optional<Long>>>>() {
		}), of(Set.of(1, 2), new ParameterizedTypeReference<Set<Integer>>() {
		}), of(EnumSet.of(Row.FIRST), new ParameterizedTypeReference<EnumSet<Row>>() {
		}), of(new TreeSet<>(Set.of(3L, 1L)), new ParameterizedTypeReference<TreeSet<Long>>() {
		}), of(Collections.unmodifiableList(List.of(SEAT)), new ParameterizedTypeReference<Iterable<Seat>>() {
		}), of(Optional.of(SEAT), new ParameterizedTypeReference<Optional<Seat>>() {
		}), of(Optional.empty(), new ParameterizedTypeReference<Optional<Seat>>() {
		}), of(OptionalInt.of(4), OptionalInt.class), of(OptionalLong.empty(), OptionalLong.class),
				of(new byte[] { 0, -1, 127 }, byte[].class), of(new int[] { 1, 2 }, int[].class),
				of(new long[0], long[].class), of(new double[] { 0.5 }, double[].class),
				of(new char[] { 'a', 'b' }, char[].class), of(new boolean[] { true }, boolean[].class),
				of(new String[] { "a", null }, String[].class), of(new Seat[] { SEAT }, Seat[].class),
				of(new int[][] { { 1 }, {} }, int[][].class), of(new byte[][] { { 1 } }, byte[][].class),
				of(BitSet.valueOf(new long[] { 5 }).toLongArray(), long[].class));
	}

	static Stream<Arguments> mapKeys() {
		return Stream.of(of(Map.of("a", 1L), new ParameterizedTypeReference<Map<String, Long>>() {
		}), of(Map.of(7, SEAT), new ParameterizedTypeReference<Map<Integer, Seat>>() {
		}), of(Map.of(7L, List.of(SEAT)), new ParameterizedTypeReference<Map<Long, List<Seat>>>() {
		}), of(Map.of(Row.FIRST, 1), new ParameterizedTypeReference<Map<Row, Integer>>() {
		}), of(new EnumMap<>(Map.of(Row.FIRST, 1)), new ParameterizedTypeReference<EnumMap<Row, Integer>>() {
		}), of(Map.of(UUID.fromString("6f3b2c1e-0000-4000-8000-000000000001"), ""),
				new ParameterizedTypeReference<Map<UUID, String>>() {
				}),
				of(Map.of(LocalDate.of(2026, 11, 21), 1), new ParameterizedTypeReference<Map<LocalDate, Integer>>() {
				}), of(Map.of(Instant.parse("2026-11-21T10:15:30.000000001Z"), 1),
						new ParameterizedTypeReference<Map<Instant, Integer>>() {
						}),
				of(Map.of(ZonedDateTime.parse("2026-11-21T10:15:30+01:00[Europe/Berlin]"), 1),
						new ParameterizedTypeReference<Map<ZonedDateTime, Integer>>() {
						}),
				of(Map.of(new BigDecimal("1.10"), 1), new ParameterizedTypeReference<Map<BigDecimal, Integer>>() {
				}), of(Map.of(new SeatId("A", 1), SEAT), new ParameterizedTypeReference<Map<SeatId, Seat>>() {
				}),
				of(new TreeMap<>(Map.of(2, "b", 1, "a")), new ParameterizedTypeReference<SortedMap<Integer, String>>() {
				}), of(Map.entry("k", 5L), new ParameterizedTypeReference<Map.Entry<String, Long>>() {
				}));
	}

	static Stream<Arguments> objects() {
		return Stream.of(of(SEAT, Seat.class), of(new Seat("", BigDecimal.ZERO, Optional.empty(), null), Seat.class),
				of(new Box<>(SEAT), new ParameterizedTypeReference<Box<Seat>>() {
				}), of(new Box<>(List.of(1L)), new ParameterizedTypeReference<Box<List<Long>>>() {
				}), of(new Tree("root", List.of(new Tree("leaf", List.of()))), Tree.class),
				of(new Empty(), Empty.class), of(new SeatId("A", 1), SeatId.class));
	}

	static Stream<Arguments> sealedTypes() {
		return Stream.of(of(new Circle(1.5), Shape.class), of(new Circle(1.5), Circle.class),
				of(new Square(2), Polygon.class), of(new Named(new BigDecimal("1.10")), Shape.class),
				of(Special.NOWHERE, Shape.class), of(Special.NOWHERE, Special.class),
				of(SHAPES, new ParameterizedTypeReference<List<Shape>>() {
				}), of(Map.of("a", new Circle(1)), new ParameterizedTypeReference<Map<String, Shape>>() {
				}), of(new Box<>(new Circle(1)), new ParameterizedTypeReference<Box<Shape>>() {
				}), of(new Shape[] { new Circle(1) }, Shape[].class), of(new Paid(3), Payment.class),
				of(List.of(new Paid(3), new Refused("no")), new ParameterizedTypeReference<List<Payment>>() {
				}), of(new Full<>(SEAT), new ParameterizedTypeReference<Holder<Seat>>() {
				}), of(new Euro(5), Money.class), of(new Drawing(new Circle(2)), Drawing.class));
	}

	static Stream<Arguments> pages() {
		Sort sort = Sort.by(Sort.Order.desc("name").ignoreCase().nullsLast(), Sort.Order.asc("id"));
		return Stream.of(of(new PageImpl<>(List.of(SEAT), PageRequest.of(2, 1, sort), 40),
				new ParameterizedTypeReference<Page<Seat>>() {
				}), of(new PageImpl<>(List.of(5L)), new ParameterizedTypeReference<PageImpl<Long>>() {
				}), of(Page.<Long>empty(), new ParameterizedTypeReference<Page<Long>>() {
				}), of(new PageImpl<>(SHAPES, PageRequest.of(0, 4), 4), new ParameterizedTypeReference<Page<Shape>>() {
				}), of(new Box<>(new PageImpl<>(List.of(SEAT))), new ParameterizedTypeReference<Box<Page<Seat>>>() {
				}), of(PageRequest.of(1, 2, sort), Pageable.class), of(Pageable.unpaged(sort), Pageable.class),
				of(sort, Sort.class), of(Sort.unsorted(), Sort.class));
	}

	static Stream<Arguments> typeVariables() {
		return Stream.of(Arguments.of(SEAT, returned("one")), Arguments.of(List.of(SEAT), returned("list")),
				Arguments.of(new Seat[] { SEAT }, returned("array")),
				Arguments.of(Map.of("a", Optional.of(SEAT)), returned("map")),
				Arguments.of(new Box<>(SEAT), returned("box")), Arguments.of(List.of("a"), returned("any")));
	}

	private static ResolvableType returned(String method) {
		return ResolvableType.forMethodReturnType(
				Objects.requireNonNull(ReflectionUtils.findMethod(Generic.class, method)), Concrete.class);
	}

	@Test
	void writesASealedTypeBySimpleName() {
		assertThat(json(new Circle(1.5), Shape.class)).isEqualTo("{\"@type\":\"Circle\",\"radius\":1.5}");
		assertThat(json(new Named(BigDecimal.ONE), Shape.class)).contains("\"@type\":\"named\"");
	}

	@Test
	void readsASealedTypeWhoseNameComesLast() {
		assertThat(decode("{\"size\":1.10,\"@type\":\"named\"}", Shape.class))
			.isEqualTo(new Decoded.Value(new Named(new BigDecimal("1.10"))));
	}

	@Test
	void readsAsTheSealedTypeWhatWasWrittenAsItsMember() {
		assertThat(decode(json(new Circle(1.5), Circle.class), Shape.class))
			.isEqualTo(new Decoded.Value(new Circle(1.5)));
	}

	@Test
	void leavesTheWishesOfASealedTypeAlone() {
		assertThat(json(new Paid(3), Payment.class)).isEqualTo("{\"kind\":\"paid\",\"cents\":3}");
		assertThat(json(new Euro(5), Money.class)).isEqualTo("\"EUR 5\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"radius\":1}", "{\"@type\":\"Seat\",\"radius\":1}",
			"{\"@type\":\"io.github.redispatterns.codec.JsonShapesTests$Circle\",\"radius\":1}" })
	void readsASealedTypeByKnownNameOnly(String json) {
		assertThat(decode(json, Shape.class)).isInstanceOf(Decoded.Undecodable.class);
	}

	@Test
	void refusesASealedTypeWithTwoMembersOfOneName() {
		assertThatExceptionOfType(RedisPatternsException.class)
			.isThrownBy(() -> json(new Twins.Left.Same(), Twins.class))
			.withMessageContaining("give one a @JsonTypeName");
	}

	@Test
	void refusesAMapThatCannotBeReadBack() {
		ResolvableType type = type(new ParameterizedTypeReference<Box<Map<Seat, String>>>() {
		});
		assertThatExceptionOfType(RedisPatternsException.class)
			.isThrownBy(() -> this.codec.encode(new Box<>(Map.of(SEAT, "")), type))
			.withMessageContaining("Key deserializer")
			.withMessageContaining("Seat");
		assertThat(this.codec.decode("{}".getBytes(StandardCharsets.UTF_8), type))
			.isInstanceOf(Decoded.Undecodable.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "1 2", "1,", "1]", "1 x", "01", "", " ", "nul", "NaN", "1e", "\"1" })
	void readsOneWholeValueOrNothing(String json) {
		assertThat(decode(json, Integer.class)).isInstanceOf(Decoded.Undecodable.class);
	}

	@Test
	void readsNoTruncatedObject() {
		byte[] whole = this.codec.encode(SEAT, ResolvableType.forClass(Seat.class));
		for (int length = 0; length < whole.length; length++) {
			assertThat(this.codec.decode(Arrays.copyOf(whole, length), ResolvableType.forClass(Seat.class)))
				.isInstanceOf(Decoded.Undecodable.class);
		}
	}

	@Test
	void readsNoWrongUtf8() {
		for (byte wrong : new byte[] { (byte) 0x80, (byte) 0xC3, (byte) 0xFF, (byte) 0xF9 }) {
			assertThat(this.codec.decode(new byte[] { '"', 'a', wrong, '"' }, ResolvableType.forClass(String.class)))
				.isInstanceOf(Decoded.Undecodable.class);
		}
	}

	@Test
	void readsNoEndlessNumbers() {
		assertThat(decode("1".repeat(100_000), BigInteger.class)).isInstanceOf(Decoded.Undecodable.class);
		assertThat(decode("1e1000000000", BigInteger.class)).isInstanceOf(Decoded.Undecodable.class);
		assertThat(decode("1e1000000000", Long.class)).isInstanceOf(Decoded.Undecodable.class);
	}

	@Test
	void readsNoDeepNestingEvenWhereTheMapperAllowsIt() {
		JsonFactory boundless = JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(Integer.MAX_VALUE).build())
			.build();
		byte[] deep = ("{\"name\":\"\",\"children\":[".repeat(200_000)).getBytes(StandardCharsets.UTF_8);
		for (JsonMapper mapper : List.of(JsonMapper.shared(), new JsonMapper(boundless))) {
			assertThat(new JsonValueCodec(mapper).decode(deep, ResolvableType.forClass(Tree.class)))
				.isInstanceOf(Decoded.Undecodable.class);
		}
	}

	@Test
	void endsOnAVariableThatIsBoundToItself() {
		assertThat(this.codec.decode("1".getBytes(StandardCharsets.UTF_8), returned("unresolved")))
			.isInstanceOf(Decoded.Undecodable.class);
		assertThat(this.codec.fingerprint(returned("unresolved")))
			.isEqualTo(this.codec.fingerprint(returned("unresolved")));
	}

	@Test
	void hasOneFingerprintHoweverATypeIsDeclared() {
		assertThat(this.codec.fingerprint(returned("one")))
			.isEqualTo(this.codec.fingerprint(ResolvableType.forClass(Seat.class)));
		assertThat(this.codec.fingerprint(returned("list")))
			.isEqualTo(this.codec.fingerprint(ResolvableType.forClassWithGenerics(List.class, Seat.class)));
	}

	@Test
	void countsAValueThatItsClassRefusesAsUndecodable() {
		assertThat(decode("{\"value\":-1}", Positive.class)).isInstanceOf(Decoded.Undecodable.class);
	}

	private static @Nullable Object roundTrip(ValueCodec codec, @Nullable Object value, ResolvableType type) {
		Decoded decoded = codec.decode(codec.encode(value, type), type);
		assertThat(decoded).isInstanceOf(Decoded.Value.class);
		return ((Decoded.Value) decoded).value();
	}

	private String json(Object value, Class<?> type) {
		return new String(this.codec.encode(value, ResolvableType.forClass(type)), StandardCharsets.UTF_8);
	}

	private Decoded decode(String json, Class<?> type) {
		return this.codec.decode(json.getBytes(StandardCharsets.UTF_8), ResolvableType.forClass(type));
	}

	private static Arguments of(@Nullable Object value, Class<?> type) {
		return Arguments.of(value, ResolvableType.forClass(type));
	}

	private static Arguments of(Object value, ParameterizedTypeReference<?> type) {
		return Arguments.of(value, type(type));
	}

	private static ResolvableType type(ParameterizedTypeReference<?> type) {
		return ResolvableType.forType(type);
	}

	interface Generic<T> {

		T one();

		List<T> list();

		T[] array();

		Map<String, ? extends Optional<? extends T>> map();

		Box<T> box();

		<C extends Comparable<C>> C unresolved();

		List<?> any();

	}

	interface Concrete extends Generic<Seat> {

	}

	enum Row {

		FIRST, SECOND

	}

	enum Rank {

		@JsonProperty("top")
		HIGH, LOW

	}

	record Seat(String label, BigDecimal price, Optional<String> hint, @Nullable Row row) {
	}

	record Box<T>(T content) {
	}

	record Tree(String name, List<Tree> children) {
	}

	record Empty() {
	}

	record Positive(int value) {

		Positive {
			if (value < 0) {
				throw new IllegalArgumentException("negative");
			}
		}

	}

	record SeatId(String row, int number) {

		@JsonCreator
		static SeatId of(String text) {
			return new SeatId(text.substring(0, 1), Integer.parseInt(text.substring(1)));
		}

		@JsonValue
		String text() {
			return this.row + this.number;
		}

	}

	sealed interface Shape permits Circle, Polygon, Named, Special {

	}

	record Circle(double radius) implements Shape {
	}

	sealed interface Polygon extends Shape permits Square {

	}

	record Square(int side) implements Polygon {
	}

	@JsonTypeName("named")
	record Named(BigDecimal size) implements Shape {
	}

	enum Special implements Shape {

		ORIGIN, NOWHERE {
			@Override
			public String toString() {
				return "not here";
			}
		}

	}

	record Drawing(Shape shape) {
	}

	sealed interface Holder<T> permits Full {

	}

	record Full<T>(T content) implements Holder<T> {
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes({ @JsonSubTypes.Type(value = Paid.class, name = "paid"),
			@JsonSubTypes.Type(value = Refused.class, name = "refused") })
	sealed interface Payment permits Paid, Refused {

	}

	record Paid(int cents) implements Payment {
	}

	record Refused(String reason) implements Payment {
	}

	sealed interface Money permits Euro {

		@JsonCreator
		static Money of(String text) {
			return new Euro(Integer.parseInt(text.substring(4)));
		}

		@JsonValue
		String text();

	}

	record Euro(int amount) implements Money {

		@Override
		public String text() {
			return "EUR " + this.amount;
		}

	}

	sealed interface Twins permits Twins.Left.Same, Twins.Right.Same {

		final class Left {

			record Same() implements Twins {
			}

		}

		final class Right {

			record Same() implements Twins {
			}

		}

	}

}
