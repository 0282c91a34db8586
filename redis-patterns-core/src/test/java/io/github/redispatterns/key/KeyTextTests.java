package io.github.redispatterns.key;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class KeyTextTests {

	@Test
	void isTheTextOfASimpleValue() {
		assertThat(List.of("a", 1L, true, LocalDate.of(2026, 11, 21))).map(KeyText::of)
			.containsExactly("a", "1", "true", "2026-11-21");
	}

	@Test
	void isMadeOfTheParts() {
		assertThat(KeyText.of(new Point(1, "x"))).isEqualTo("(1,x)");
		assertThat(KeyText.of(new int[] { 1, 2 })).isEqualTo("[1,2]");
		assertThat(KeyText.of(Map.of("k", List.of(1)))).isEqualTo("{k=[1]}");
		assertThat(KeyText.of(Arrays.asList("a", null))).isEqualTo("[a,~]");
	}

	@Test
	void tellsPartsApart() {
		assertThat(List.of(List.of("a,b"), List.of("a", "b"), List.of("[a", "b]"), List.of(List.of("a", "b")),
				new Point(1, "a"), new Point(1, "a)"), List.of("~"), Arrays.asList((Object) null)))
			.map(KeyText::of)
			.doesNotHaveDuplicates();
	}

	@Test
	void doesNotDependOnTheOrderOfASet() {
		assertThat(KeyText.of(new LinkedHashSet<>(List.of("b", "a")))).isEqualTo("[a,b]");
	}

	@Test
	void refusesAnObjectWhoseTextIsAnAccident() {
		assertThatIllegalArgumentException().isThrownBy(() -> KeyText.of(new Object()))
			.withMessageContaining("java.lang.Object")
			.withMessageContaining("use its id");
		assertThatIllegalArgumentException().isThrownBy(() -> KeyText.of(List.of(new Object())));
	}

	record Point(int x, String name) {
	}

}
