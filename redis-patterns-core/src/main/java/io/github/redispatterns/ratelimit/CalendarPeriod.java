package io.github.redispatterns.ratelimit;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Set;

/**
 * A period as a calendar has it, so that "a hundred a day" begins anew at midnight, also
 * on days of 23 or 25 hours.
 *
 * @param unit minutes, hours, days, weeks (from Monday), months or years
 * @param zone whose calendar
 */
public record CalendarPeriod(ChronoUnit unit, ZoneId zone) {

	private static final Set<ChronoUnit> UNITS = Set.of(ChronoUnit.MINUTES, ChronoUnit.HOURS, ChronoUnit.DAYS,
			ChronoUnit.WEEKS, ChronoUnit.MONTHS, ChronoUnit.YEARS);

	/**
	 * Check the unit.
	 * @throws IllegalArgumentException if it is none of those
	 */
	public CalendarPeriod {
		if (!UNITS.contains(unit)) {
			throw new IllegalArgumentException(
					"A calendar window is minutes, hours, days, weeks, months or years, not " + unit);
		}
	}

	/**
	 * The period that an instant lies in.
	 * @param instant the instant
	 * @return when it began
	 */
	Instant beginBefore(Instant instant) {
		return begin(instant).toInstant();
	}

	/**
	 * How long the period of an instant is.
	 * @param instant the instant
	 * @return its length
	 */
	Duration lengthAt(Instant instant) {
		ZonedDateTime begin = begin(instant);
		return Duration.between(begin, begin.plus(1, this.unit));
	}

	private ZonedDateTime begin(Instant instant) {
		ZonedDateTime time = instant.atZone(this.zone);
		return switch (this.unit) {
			case MINUTES, HOURS, DAYS -> time.truncatedTo(this.unit);
			case WEEKS ->
				time.toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).atStartOfDay(this.zone);
			case MONTHS -> time.toLocalDate().withDayOfMonth(1).atStartOfDay(this.zone);
			default -> time.toLocalDate().withDayOfYear(1).atStartOfDay(this.zone);
		};
	}

}
