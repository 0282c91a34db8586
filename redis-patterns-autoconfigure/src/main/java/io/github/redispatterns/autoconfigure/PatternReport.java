package io.github.redispatterns.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * What a pattern says of itself: one line in the log at the start, and its progress in
 * health and in the actuator.
 *
 * @param pattern its name, as properties have it
 * @param settings how it is set, in one line
 * @param progress asked at any time, without a word to Redis
 */
public record PatternReport(String pattern, String settings, Supplier<Progress> progress) {

	/**
	 * Report a pattern that has nothing going on between calls.
	 * @param pattern its name, as properties have it
	 * @param settings how it is set, in one line
	 */
	public PatternReport(String pattern, String settings) {
		this(pattern, settings, () -> Progress.IDLE);
	}

	/**
	 * A duration as one writes it in properties.
	 * @param duration the duration
	 * @return such as {@code 1m30s}
	 */
	public static String text(Duration duration) {
		return DurationFormatterUtils.print(duration, DurationFormat.Style.COMPOSITE);
	}

	/**
	 * How far a pattern is.
	 *
	 * @param working whether it gets on with what it has to do
	 * @param details what piles up or lags, by name
	 */
	public record Progress(boolean working, Map<String, Object> details) {

		/** Nothing to do. */
		public static final Progress IDLE = new Progress(true, Map.of());

	}

}
