package io.github.redispatterns.coordination;

import java.time.Duration;
import java.time.Instant;

/** What makes one fire of a scheduled task the same on all nodes. */
public sealed interface Fire {

	/** A fire that is early by less than this part of its period is in time. */
	int EARLY_PART = 10;

	/** No fire that is earlier than that is in time. */
	Duration EARLIEST = Duration.ofSeconds(1);

	/**
	 * How long it is from one fire to the next.
	 * @return about that
	 */
	Duration period();

	/**
	 * By how much a fire may be early.
	 * @param period how long it is from one to the next
	 * @return a tenth of it, at most a second
	 */
	static Duration early(Duration period) {
		Duration part = period.dividedBy(EARLY_PART);
		return (part.compareTo(EARLIEST) < 0) ? part : EARLIEST;
	}

	private static void requirePositive(Duration duration) {
		if (duration.toMillis() < 1) {
			throw new IllegalArgumentException("The time between fires must be at least 1 ms but is " + duration);
		}
	}

	/**
	 * Runs once for an instant of a calendar. Each node names the instant that its own
	 * clock says has come; however different their clocks, the instants are the same, and
	 * come in the same order. One that is not later than the latest that any node has
	 * named counts as done.
	 *
	 * @param instant the instant, to the millisecond
	 * @param period about how long it is to the next one
	 */
	record At(Instant instant, Duration period) implements Fire {
	}

	/**
	 * Runs once in each period, by the clock of Redis alone: when a period has passed
	 * since the last fire was due.
	 *
	 * @param period the period, at least 1 ms
	 */
	record Every(Duration period) implements Fire {

		public Every {
			requirePositive(period);
		}

	}

	/**
	 * Runs when a delay has passed since the last run ended, by the clock of Redis alone.
	 *
	 * @param delay the delay, at least 1 ms
	 */
	record After(Duration delay) implements Fire {

		public After {
			requirePositive(delay);
		}

		@Override
		public Duration period() {
			return this.delay;
		}

	}

}
