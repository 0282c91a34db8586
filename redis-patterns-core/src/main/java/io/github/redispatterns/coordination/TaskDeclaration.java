package io.github.redispatterns.coordination;

import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.Schedules;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.StringUtils;

import io.github.redispatterns.annotation.AnnotationDuration;
import io.github.redispatterns.annotation.InvalidAnnotationException;

/** Reads a {@link OncePerCluster} and the {@code @Scheduled} beside it. */
final class TaskDeclaration {

	private final OncePerCluster annotation;

	private final Method method;

	private final BeanFactory beans;

	TaskDeclaration(OncePerCluster annotation, Method method, BeanFactory beans) {
		this.annotation = annotation;
		this.method = method;
		this.beans = beans;
	}

	ScheduledTask compile(ClusterTasks tasks, Supplier<Clock> clock) {
		if (this.method.getReturnType() != void.class) {
			throw invalid("returns", this.method.getReturnType().getSimpleName(),
					"on other nodes there would be nothing to return, and what runs on after the return is not waited for",
					"Make the method void and have it end when its work is done.");
		}
		TaskSettings defaults = tasks.settings();
		Duration lease = AnnotationDuration.parse(OncePerCluster.class, this.method, "lease", this.annotation.lease(),
				defaults.lease(), TaskSettings.SHORTEST_LEASE);
		return new ScheduledTask(tasks.get(name()).with(defaults.withLease(lease)), fires(clock));
	}

	private String name() {
		return StringUtils.hasText(this.annotation.name()) ? this.annotation.name()
				: this.method.getDeclaringClass().getSimpleName() + "." + this.method.getName();
	}

	private Supplier<Fire> fires(Supplier<Clock> clock) {
		Set<Scheduled> schedules = AnnotatedElementUtils.getMergedRepeatableAnnotations(this.method, Scheduled.class,
				Schedules.class);
		List<CronFires> crons = new ArrayList<>();
		List<Fire> intervals = new ArrayList<>();
		for (Scheduled schedule : schedules) {
			Fire interval = interval(schedule);
			if (interval != null) {
				intervals.add(interval);
			}
			else if (StringUtils.hasText(schedule.cron())) {
				String cron = resolve(schedule.cron());
				if (!cron.equals(Scheduled.CRON_DISABLED)) {
					crons.add(new CronFires(parse(cron), zone(schedule)));
				}
			}
			else {
				throw invalid("method", this.method.getName(),
						"a task that is scheduled once has no fires to tell apart",
						"Give its @Scheduled a cron, fixedRate or fixedDelay.");
			}
		}
		if (schedules.isEmpty() || intervals.size() > 1 || (!intervals.isEmpty() && !crons.isEmpty())) {
			throw invalid("method", this.method.getName(), "its fires cannot be told from one another",
					"Write one @Scheduled with a fixedRate or fixedDelay, or any number with a cron.");
		}
		return intervals.isEmpty() ? () -> latest(crons, clock.get().instant()) : () -> intervals.get(0);
	}

	// Of several calendars, the fire that came last.
	private Fire latest(List<CronFires> crons, Instant now) {
		return crons.stream()
			.map((cron) -> cron.fire(now))
			.filter(Objects::nonNull)
			.max(Comparator.comparing(Fire.At::instant))
			.orElseThrow(() -> new IllegalStateException(
					"Method %s was called, but its calendar has no fire before now".formatted(this.method)));
	}

	private @Nullable Fire interval(Scheduled schedule) {
		Duration rate = duration(schedule, schedule.fixedRate(), schedule.fixedRateString());
		if (rate != null) {
			return new Fire.Every(rate);
		}
		Duration delay = duration(schedule, schedule.fixedDelay(), schedule.fixedDelayString());
		return (delay != null) ? new Fire.After(delay) : null;
	}

	// As Spring reads them.
	private @Nullable Duration duration(Scheduled schedule, long number, String text) {
		if (number >= 0) {
			return Duration.of(number, schedule.timeUnit().toChronoUnit());
		}
		return StringUtils.hasText(text) ? DurationFormatterUtils.detectAndParse(resolve(text),
				DurationFormat.Unit.fromChronoUnit(schedule.timeUnit().toChronoUnit())) : null;
	}

	private CronExpression parse(String cron) {
		try {
			return CronExpression.parse(cron);
		}
		catch (IllegalArgumentException ex) {
			throw invalid("cron", cron, "this is no cron expression: " + ex.getMessage(),
					"Write six fields, such as \"0 0 3 * * *\".");
		}
	}

	private ZoneId zone(Scheduled schedule) {
		return StringUtils.hasText(schedule.zone()) ? ZoneId.of(resolve(schedule.zone())) : ZoneId.systemDefault();
	}

	private String resolve(String text) {
		String resolved = (this.beans instanceof ConfigurableBeanFactory configurable)
				? configurable.resolveEmbeddedValue(text) : text;
		return (resolved != null) ? resolved : text;
	}

	private InvalidAnnotationException invalid(String attribute, String value, String reason, String action) {
		return new InvalidAnnotationException(OncePerCluster.class, this.method, attribute, value, reason, action,
				null);
	}

}
