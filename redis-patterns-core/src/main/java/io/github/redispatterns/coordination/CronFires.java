package io.github.redispatterns.coordination;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/**
 * The instants of a cron expression.
 *
 * @param expression the expression
 * @param zone whose days and hours it means
 */
record CronFires(CronExpression expression, ZoneId zone) {

	private static final Duration SHORT_AGO = Duration.ofSeconds(2);

	private static final Duration LONG_AGO = Duration.ofDays(3660);

	private static final int FARTHER = 8;

	/**
	 * The fire that a call belongs to: the last one that was due, or the next one if the
	 * call is hardly too early for it, as timers may be.
	 * @param now the time of the call, by the clock of the scheduler
	 * @return nothing if there was none in ten years
	 */
	Fire.@Nullable At fire(Instant now) {
		for (Duration ago = SHORT_AGO; ago.compareTo(LONG_AGO) < 0; ago = ago.multipliedBy(FARTHER)) {
			ZonedDateTime fire = this.expression.next(now.minus(ago).atZone(this.zone));
			if (fire != null && !fire.toInstant().isAfter(now)) {
				return lastBefore(now, fire);
			}
		}
		return null;
	}

	private Fire.At lastBefore(Instant now, ZonedDateTime first) {
		ZonedDateTime last = first;
		ZonedDateTime next = this.expression.next(last);
		while (next != null && !next.toInstant().isAfter(now)) {
			last = next;
			next = this.expression.next(last);
		}
		if (next == null) {
			return new Fire.At(last.toInstant(), Duration.ZERO);
		}
		Duration period = Duration.between(last, next);
		boolean early = Duration.between(now, next).compareTo(Fire.early(period)) <= 0;
		return new Fire.At((early ? next : last).toInstant(), period);
	}

}
