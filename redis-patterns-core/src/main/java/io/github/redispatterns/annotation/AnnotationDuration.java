package io.github.redispatterns.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.time.Duration;

import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.StringUtils;

/** Reads durations in annotations. */
public final class AnnotationDuration {

	private AnnotationDuration() {
	}

	/**
	 * Read an attribute.
	 * @param annotation the type of the annotation
	 * @param method where it stands
	 * @param attribute the name of the attribute
	 * @param text a duration such as {@code 2s} or {@code PT2S}, or nothing
	 * @param otherwise what nothing means
	 * @param shortest the least that works
	 * @return the duration
	 * @throws InvalidAnnotationException if the text is no duration, or too short a one
	 */
	public static Duration parse(Class<? extends Annotation> annotation, Method method, String attribute, String text,
			Duration otherwise, Duration shortest) {
		if (!StringUtils.hasText(text)) {
			return otherwise;
		}
		Duration duration;
		try {
			duration = DurationFormatterUtils.detectAndParse(text);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidAnnotationException(annotation, method, attribute, text, "this is no duration",
					"Write a duration such as \"500ms\", \"2s\" or \"PT2S\".", ex);
		}
		if (duration.compareTo(shortest) < 0) {
			throw new InvalidAnnotationException(annotation, method, attribute, text,
					"it must be at least " + shortest.toMillis() + "ms", "Write a longer duration such as \"2s\".",
					null);
		}
		return duration;
	}

}
