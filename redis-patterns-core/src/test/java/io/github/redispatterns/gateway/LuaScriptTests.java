package io.github.redispatterns.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@ExtendWith(RedisExtension.class)
class LuaScriptTests {

	private static final Path FOLDER = Path.of("src/main/resources/META-INF/redis-patterns");

	@ParameterizedTest
	@MethodSource("scripts")
	void saysWhatItTakesAndReplies(Path script) throws IOException {
		List<String> header = Files.readAllLines(script).stream().takeWhile((line) -> line.startsWith("--")).toList();
		assertThat(header).anyMatch((line) -> line.startsWith("-- KEYS[1]"))
			.anyMatch((line) -> line.startsWith("-- Reply"));
		assertThat(script.getFileName().toString()).matches("[a-z]+(-[a-z]+)*\\.lua");
	}

	@ParameterizedTest
	@MethodSource("scripts")
	void namesEachArgumentThatItUses(Path script) throws IOException {
		String text = Files.readString(script);
		String code = text.replaceAll("(?m)^\\s*--.*$", "");
		String header = text.substring(0, text.indexOf(code.strip().substring(0, 10)));
		assertThat(names(header)).containsAll(names(code));
	}

	@ParameterizedTest
	@MethodSource("scripts")
	void loadsUnderItsSha(Path script, Redis redis) {
		LuaScript<Long> loaded = LuaScript.integer(FOLDER.relativize(script).toString().replace(".lua", ""));
		assertThat(redis.commands().scriptLoad(loaded.text())).isEqualTo(loaded.sha());
	}

	@Test
	void namesTheFileThatIsMissing() {
		assertThatIllegalArgumentException().isThrownBy(() -> LuaScript.integer("lock/nothing"))
			.withMessageContaining("lock/nothing.lua");
	}

	static Stream<Path> scripts() {
		try (Stream<Path> files = Files.walk(FOLDER)) {
			return files.filter((file) -> file.toString().endsWith(".lua")).toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<String> names(String text) {
		return Pattern.compile("(KEYS|ARGV)\\[\\d+]").matcher(text).results().map(MatchResult::group).toList();
	}

}
