package io.github.redispatterns.cache;

import java.time.Duration;

/**
 * Settings of writing to a source later.
 *
 * @param interval how long a write waits, so that several of one key become one
 * @param batchSize how many writes are looked at at once
 * @param maxPending how many writes may wait; whoever puts more waits, too
 * @param maxWait how long whoever puts waits for room
 * @param maxRetries how often a write is tried again while others succeed, before it goes
 * to the dead letters
 * @param delay how long to wait after a failure; twice as long after each further one
 * @param maxDelay but not longer than this
 */
public record WriteBehindSettings(Duration interval, int batchSize, int maxPending, Duration maxWait, int maxRetries,
		Duration delay, Duration maxDelay) {

	/**
	 * Check the settings.
	 * @throws IllegalArgumentException if one of them cannot work
	 */
	public WriteBehindSettings {
		require("interval", interval, interval.toMillis() >= 1);
		require("delay", delay, delay.toMillis() >= 1);
		require("maximum delay", maxDelay, maxDelay.compareTo(delay) >= 0);
		require("maximum wait", maxWait, !maxWait.isNegative());
		require("batch size", batchSize, batchSize > 0);
		require("maximum of pending writes", maxPending, maxPending > 0);
		require("maximum of retries", maxRetries, maxRetries >= 0);
	}

	/**
	 * The defaults: after 200 ms, 100 at once, 10,000 waiting for at most 5 seconds, 5
	 * retries with delays from 100 ms to 30 seconds.
	 * @return the settings
	 */
	public static WriteBehindSettings ofDefaults() {
		return new WriteBehindSettings(Duration.ofMillis(200), 100, 10_000, Duration.ofSeconds(5), 5,
				Duration.ofMillis(100), Duration.ofSeconds(30));
	}

	Duration delay(int failures) {
		Duration delay = this.delay.multipliedBy(1L << Math.min(failures, 20));
		return (delay.compareTo(this.maxDelay) < 0) ? delay : this.maxDelay;
	}

	private static void require(String what, Object value, boolean holds) {
		if (!holds) {
			throw new IllegalArgumentException("The %s of write-behind cannot be %s".formatted(what, value));
		}
	}

}
