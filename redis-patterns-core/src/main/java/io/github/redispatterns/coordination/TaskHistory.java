package io.github.redispatterns.coordination;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a task over all nodes.
 *
 * @param running the run under way, if there is one; its lease may have ended
 * @param last the last run that ended, if there was one
 */
public record TaskHistory(Optional<TaskRun> running, Optional<TaskRun> last) {

	static TaskHistory of(Map<byte[], byte[]> stored) {
		Map<String, String> fields = new HashMap<>();
		stored.forEach((name, value) -> fields.put(text(name), text(value)));
		return new TaskHistory(run(fields, "", "run", (id) -> TaskRun.Outcome.RUNNING),
				run(fields, "last-", "outcome", TaskRun.Outcome::valueOf));
	}

	private static Optional<TaskRun> run(Map<String, String> fields, String prefix, String present,
			Function<String, TaskRun.Outcome> outcome) {
		String told = fields.get(prefix + present);
		Instant started = instant(fields.get(prefix + "started"));
		return (told == null || started == null) ? Optional.empty()
				: Optional.of(new TaskRun(fields.getOrDefault(prefix + "node", ""),
						instant(fields.get(prefix + "fire")), started, instant(fields.get(prefix + "ended")),
						outcome.apply(told), fields.getOrDefault(prefix + "message", "")));
	}

	private static @Nullable Instant instant(@Nullable String millis) {
		return (millis == null || millis.isEmpty()) ? null : Instant.ofEpochMilli(Long.parseLong(millis));
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
