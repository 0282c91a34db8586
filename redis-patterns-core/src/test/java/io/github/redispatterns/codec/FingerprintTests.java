package io.github.redispatterns.codec;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.data.domain.Page;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class FingerprintTests {

	private final JsonMapper mapper = JsonMapper.builder().addModule(new RoundTripModule()).build();

	private final JsonValueCodec codec = new JsonValueCodec(JsonMapper.shared());

	/** Would change if it depended on the run, the machine or the order of anything. */
	@Test
	void isTheSameInEveryRun() {
		assertThat(fingerprint(Seat.class)).isEqualTo(-381230117);
		assertThat(describe(Seat.class)).isEqualTo("{label:java.lang.String<>;price:int;row:enum[FIRST, SECOND];}");
	}

	@Test
	void ignoresOrderAndNamesOfClasses() {
		assertThat(fingerprint(Reordered.class)).isEqualTo(fingerprint(Seat.class));
		assertThat(fingerprint(Bean.class)).isEqualTo(fingerprint(Seat.class));
	}

	@ParameterizedTest
	@MethodSource
	void changesWith(Class<?> before, Class<?> after) {
		assertThat(fingerprint(after)).isNotEqualTo(fingerprint(before));
	}

	static Stream<Arguments> changesWith() {
		return Stream.of(Arguments.argumentSet("addition", Seat.class, Added.class),
				Arguments.argumentSet("removal", Seat.class, Removed.class),
				Arguments.argumentSet("other type", Seat.class, Retyped.class),
				Arguments.argumentSet("other name", Seat.class, Renamed.class),
				Arguments.argumentSet("other name in JSON", Seat.class, RenamedInJson.class),
				Arguments.argumentSet("primitive", Seat.class, Boxed.class),
				Arguments.argumentSet("inside", InList.class, AddedInList.class),
				Arguments.argumentSet("other container", InList.class, InSet.class),
				Arguments.argumentSet("new constant", Old.class, New.class),
				Arguments.argumentSet("change in a permitted class", OldShape.class, NewShape.class),
				Arguments.argumentSet("change in recursion", Tree.class, OtherTree.class),
				Arguments.argumentSet("scalar", int.class, long.class));
	}

	@ParameterizedTest
	@MethodSource
	void seesGenerics(ParameterizedTypeReference<?> one, ParameterizedTypeReference<?> other) {
		assertThat(fingerprint(one)).isEqualTo(fingerprint(one)).isNotEqualTo(fingerprint(other));
	}

	static Stream<Arguments> seesGenerics() {
		return Stream.of(Arguments.of(new ParameterizedTypeReference<List<Seat>>() {
		}, new ParameterizedTypeReference<List<Added>>() {
		}), Arguments.of(new ParameterizedTypeReference<Page<Seat>>() {
		}, new ParameterizedTypeReference<Page<Added>>() {
		}), Arguments.of(new ParameterizedTypeReference<Optional<Seat>>() {
		}, new ParameterizedTypeReference<Optional<Added>>() {
		}), Arguments.of(new ParameterizedTypeReference<Box<Seat>>() {
		}, new ParameterizedTypeReference<Box<Added>>() {
		}), Arguments.of(new ParameterizedTypeReference<Map<String, Seat>>() {
		}, new ParameterizedTypeReference<Map<Integer, Seat>>() {
		}), Arguments.of(new ParameterizedTypeReference<Map.Entry<String, Seat>>() {
		}, new ParameterizedTypeReference<Map.Entry<String, Added>>() {
		}));
	}

	@Test
	void followsTheMapper() {
		JsonMapper snake = JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
		assertThat(new JsonValueCodec(snake).fingerprint(ResolvableType.forClass(Words.class)))
			.isNotEqualTo(fingerprint(Words.class));
	}

	@Test
	void ignoresWhatIsNotWritten() {
		assertThat(fingerprint(WithIgnored.class)).isEqualTo(fingerprint(Seat.class));
	}

	@Test
	void endsOnRecursiveTypes() {
		assertThat(describe(Tree.class)).isEqualTo("{children:java.util.List<#0,>;name:java.lang.String<>;}");
		assertThat(fingerprint(Endless.class)).isEqualTo(fingerprint(Endless.class));
		assertThat(fingerprint(Comparing.class)).isEqualTo(fingerprint(Comparing.class));
	}

	private int fingerprint(Class<?> type) {
		return this.codec.fingerprint(ResolvableType.forClass(type));
	}

	private int fingerprint(ParameterizedTypeReference<?> type) {
		return this.codec.fingerprint(ResolvableType.forType(type));
	}

	private String describe(Class<?> type) {
		return SchemaFingerprint.describe(this.mapper.constructType(type), this.mapper.serializationConfig());
	}

	record Seat(String label, int price, Row row) {
	}

	record Reordered(Row row, int price, String label) {
	}

	record Added(String label, int price, Row row, boolean free) {
	}

	record Removed(String label, int price) {
	}

	record Retyped(String label, long price, Row row) {
	}

	record Boxed(String label, Integer price, Row row) {
	}

	record Renamed(String name, int price, Row row) {
	}

	record RenamedInJson(@JsonProperty("name") String label, int price, Row row) {
	}

	record WithIgnored(String label, int price, Row row, @JsonIgnore String secret) {
	}

	static final class Bean {

		@JsonProperty
		String label = "";

		@JsonProperty
		Row row = Row.FIRST;

		@JsonProperty
		int getPrice() {
			return 1;
		}

	}

	enum Row {

		FIRST, SECOND

	}

	enum Old {

		A

	}

	enum New {

		A, B

	}

	record InList(List<Seat> seats) {
	}

	record AddedInList(List<Added> seats) {
	}

	record InSet(Set<Seat> seats) {
	}

	record Box<T>(T content) {
	}

	record Tree(String name, List<Tree> children) {
	}

	record OtherTree(String name, List<Tree> children) {
	}

	record Endless<T>(T value, @Nullable Endless<List<T>> next) {
	}

	record Comparing<T extends Comparable<T>>(T value) {
	}

	record Words(String twoWords) {
	}

	sealed interface OldShape permits OldShape.Circle {

		record Circle(int radius) implements OldShape {
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	sealed interface NewShape permits NewShape.Circle {

		record Circle(int radius, int colour) implements NewShape {
		}

	}

}
