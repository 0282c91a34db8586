package io.github.redispatterns.autoconfigure.gateway;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.lettuce.core.RedisCommandExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains what the server refuses, with the setting that allows it. */
final class RedisRefusalFailureAnalyzer extends AbstractFailureAnalyzer<RedisCommandExecutionException> {

	private static final Pattern COMMAND = Pattern.compile("run the '([^']+)' command");

	private static final Pattern UNKNOWN = Pattern.compile("unknown (?:command|subcommand) [`']([^`']+)['`]",
			Pattern.CASE_INSENSITIVE);

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, RedisCommandExecutionException cause) {
		String message = String.valueOf(cause.getMessage());
		String action = action(message);
		return (action != null) ? new FailureAnalysis("Redis refused a command: " + message, action, cause) : null;
	}

	private static @Nullable String action(String message) {
		Matcher unknown = UNKNOWN.matcher(message);
		if (unknown.find()) {
			return "Use a server that has %s (the floor is Redis 6.2 or Valkey 7.2), or switch off what needs it."
				.formatted(unknown.group(1).toUpperCase(Locale.ROOT));
		}
		return switch (message.split(" ", 2)[0].toUpperCase(Locale.ROOT)) {
			case "NOPERM" -> "Add to the ACL of the user of spring.data.redis.username: " + rule(message);
			case "NOAUTH" -> "Set spring.data.redis.password, and spring.data.redis.username for an ACL user.";
			case "WRONGPASS" -> "Correct spring.data.redis.username and spring.data.redis.password.";
			case "CROSSSLOT" -> "Give all keys of one call the same hash tag, {...}: KeySpace does for ours.";
			default -> null;
		};
	}

	private static String rule(String message) {
		Matcher command = COMMAND.matcher(message);
		if (command.find()) {
			return "+" + command.group(1);
		}
		return message.contains("channel") ? "&<key prefix>:* (the channels of this application)"
				: "~<key prefix>:* (the keys of this application)";
	}

}
