package io.github.redispatterns.coordination;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A run of a task. All times but that of the fire are by the clock of Redis.
 *
 * @param node where it ran
 * @param fire the instant it ran for, or {@code null} for a task without calendar
 * @param started when it began
 * @param ended when it ended, or its lease; {@code null} while it runs
 * @param outcome what came of it
 * @param message the exception that it ended with, or nothing
 */
public record TaskRun(String node, @Nullable Instant fire, Instant started, @Nullable Instant ended, Outcome outcome,
		String message) {

	/** What came of a run. */
	public enum Outcome {

		/** It is not over. */
		RUNNING,

		/** It returned. */
		SUCCEEDED,

		/** It threw an exception. */
		FAILED,

		/** Its node was not heard of any more. */
		LOST

	}

}
