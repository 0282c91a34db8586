package io.github.redispatterns.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

import io.github.redispatterns.RedisPatternsException;

/**
 * An annotation on a method says something that cannot work. Thrown while the application
 * starts.
 */
public final class InvalidAnnotationException extends RedisPatternsException {

	private final String action;

	/**
	 * Create the exception.
	 * @param annotation the type of the annotation
	 * @param method where it stands
	 * @param attribute the attribute that is wrong
	 * @param value what the attribute says
	 * @param reason why that cannot work
	 * @param action what to write instead
	 * @param cause where the reason comes from
	 */
	public InvalidAnnotationException(Class<? extends Annotation> annotation, Method method, String attribute,
			String value, String reason, String action, @Nullable Throwable cause) {
		super("@%s(%s = \"%s\") on method %s: %s".formatted(annotation.getSimpleName(), attribute, value,
				ClassUtils.getQualifiedMethodName(method), reason), cause);
		this.action = action;
	}

	/**
	 * What to do about it.
	 * @return a sentence
	 */
	public String action() {
		return this.action;
	}

}
