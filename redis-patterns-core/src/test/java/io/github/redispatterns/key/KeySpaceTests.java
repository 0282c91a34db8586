package io.github.redispatterns.key;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class KeySpaceTests {

	private static final String ORDINARY = "shop:lock:\\{[A-Za-z0-9._@+/%~:-]{1,64}\\}";

	private static final String ALPHABET = "ab1:%~{}*?[]\\\n\0 é\uD800\uDC00\u2028";

	private final KeySpace locks = KeySpace.of("shop").child("lock");

	@ParameterizedTest
	@CsvSource({ "order:42, shop:lock:{order:42}", "a@b.example, shop:lock:{a@b.example}", "'a b', shop:lock:{a%20b}",
			"é, shop:lock:{%C3%A9}", "'', shop:lock:{~}", "~, shop:lock:{%7E}", "%20, shop:lock:{%2520}" })
	void encodesAsDocumented(String input, String key) {
		assertThat(this.locks.key(input)).isEqualTo(key);
	}

	@ParameterizedTest
	@MethodSource
	void makesAnOrdinaryKeyOfAnything(String hostile) {
		assertThat(this.locks.key(hostile)).matches(ORDINARY);
		assertThat(this.locks.key(hostile)).hasSizeLessThan(80);
	}

	static Stream<String> makesAnOrdinaryKeyOfAnything() {
		return Stream.of("{", "}", "*", "?", "[a-z]", "\\", "\n", "\r\n", "\0", " ", "\uD83D\uDE00", "\uD800", "\uDFFF",
				"a".repeat(10_240), "{*}".repeat(5_000), "é".repeat(64), "");
	}

	@Test
	void neverGivesTwoInputsTheSameKey() {
		Random random = new Random(42);
		Map<String, String> inputs = new HashMap<>();
		for (int i = 0; i < 200_000; i++) {
			String input = text(random);
			String other = inputs.putIfAbsent(this.locks.key(input), input);
			assertThat(other == null || other.equals(input)).as("%s and %s", input, other).isTrue();
		}
	}

	@Test
	void neverGivesTwoListsTheSameKey() {
		Random random = new Random(7);
		Map<String, List<@Nullable String>> inputs = new HashMap<>();
		for (int i = 0; i < 200_000; i++) {
			List<@Nullable String> input = list(random);
			List<@Nullable String> other = inputs.putIfAbsent(this.locks.key(input), input);
			assertThat(other == null || other.equals(input)).as("%s and %s", input, other).isTrue();
		}
	}

	@Test
	void findsAKeyByItsTagAndTheTagOfAKey() {
		Random random = new Random(11);
		for (int i = 0; i < 10_000; i++) {
			List<@Nullable String> input = list(random);
			String key = this.locks.key(input);
			assertThat(this.locks.tagOf(key)).isEqualTo(KeySpace.tag(input));
			assertThat(this.locks.keyOf(KeySpace.tag(input))).isEqualTo(key);
			assertThat(KeySpace.tag(input.get(0))).isEqualTo(KeySpace.tag(input.subList(0, 1)));
		}
	}

	@Test
	void knowsNoTagOfAKeyOfOthers() {
		for (String key : List.of(KeySpace.of("shop").child("locks").key("a"), this.locks.child("x").key("a"), "",
				"{a}", "shop:lock:{", "shop:lock:}")) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.locks.tagOf(key)).withMessageContaining(key);
		}
	}

	@Test
	void tellsTheNameFromTheInput() {
		assertThat(this.locks.key("a", "b:c")).isEqualTo("shop:lock:{a:b:c}");
		assertThat(this.locks.key("a:b", "c")).isEqualTo("shop:lock:{a%3Ab:c}");
	}

	@Test
	void scansItsOwnKeysOnly() {
		String pattern = this.locks.pattern().replace("{", "\\{").replace("}", "\\}").replace("*", ".*");
		assertThat(this.locks.key("a")).matches(pattern);
		assertThat(Set.of(KeySpace.of("shop").child("locks").key("a"), this.locks.child("x").key("a"),
				KeySpace.of("other").child("lock").key("a")))
			.noneMatch((key) -> key.matches(pattern));
	}

	@Test
	void encodesThePrefixToo() {
		assertThat(KeySpace.of(" My {Shop} ").key("a")).isEqualTo("My%20%7BShop%7D:{a}");
	}

	@Test
	void refusesABlankPrefix() {
		assertThatIllegalArgumentException().isThrownBy(() -> KeySpace.of(" ")).withMessageContaining("blank");
	}

	private static String text(Random random) {
		StringBuilder text = new StringBuilder();
		for (int length = random.nextInt((random.nextInt(10) == 0) ? 90 : 5); length > 0; length--) {
			text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
		}
		return text.toString();
	}

	private static List<@Nullable String> list(Random random) {
		List<@Nullable String> list = new ArrayList<>();
		for (int length = 1 + random.nextInt(3); length > 0; length--) {
			list.add((random.nextInt(8) == 0) ? null : text(random));
		}
		return list;
	}

}
