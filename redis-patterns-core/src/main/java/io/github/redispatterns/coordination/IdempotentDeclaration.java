package io.github.redispatterns.coordination;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.StringUtils;

import io.github.redispatterns.annotation.AnnotationDuration;
import io.github.redispatterns.annotation.InvalidAnnotationException;
import io.github.redispatterns.annotation.MethodExpression;

/** Reads an {@link Idempotent} and finds what cannot work in it. */
public final class IdempotentDeclaration {

	private final Idempotent annotation;

	private final Method method;

	/**
	 * Create the declaration.
	 * @param annotation the annotation
	 * @param method where it stands
	 */
	public IdempotentDeclaration(Idempotent annotation, Method method) {
		this.annotation = annotation;
		this.method = method;
	}

	/**
	 * Whether the key comes from the HTTP request.
	 * @return whether the annotation has no key
	 */
	public boolean isKeyedByRequest() {
		return !StringUtils.hasText(this.annotation.key());
	}

	/**
	 * Whether a request must have a key.
	 * @return whether it is refused otherwise
	 */
	public boolean isRequired() {
		return this.annotation.required();
	}

	/**
	 * How the operation is executed.
	 * @param defaults what the annotation leaves open
	 * @return the settings
	 * @throws InvalidAnnotationException if a duration is none
	 */
	public IdempotencySettings settings(IdempotencySettings defaults) {
		return new IdempotencySettings(
				duration("ttl", this.annotation.ttl(), defaults.ttl(), IdempotencySettings.SHORTEST_TTL),
				duration("lease", this.annotation.lease(), defaults.lease(), IdempotencySettings.SHORTEST_LEASE),
				duration("maxWait", this.annotation.maxWait(), defaults.maxWait(), Duration.ZERO),
				Set.of(this.annotation.storedFailures()), defaults.onRedisFailure());
	}

	/**
	 * Whom a key belongs to.
	 * @param beans for references to beans
	 * @return nothing for the principal
	 * @throws InvalidAnnotationException if it is no SpEL
	 */
	public @Nullable MethodExpression scope(BeanFactory beans) {
		return expression("scope", this.annotation.scope(), beans);
	}

	/**
	 * Find what cannot work where the key comes from the request.
	 * @param defaults what the annotation leaves open
	 * @param beans for references to beans
	 * @throws InvalidAnnotationException if there is something
	 */
	void check(IdempotencySettings defaults, BeanFactory beans) {
		settings(defaults);
		scope(beans);
		if (StringUtils.hasText(this.annotation.fingerprint())) {
			throw invalid("fingerprint", this.annotation.fingerprint(), "without a key the whole request is compared",
					"Remove it, or write a key.");
		}
	}

	IdempotentMethod compile(IdempotentOperations operations, BeanFactory beans) {
		MethodExpression key = expression("key", this.annotation.key(), beans);
		if (key == null) {
			throw invalid("key", "", "the key can come from the HTTP request only on a handler method of Spring MVC",
					"Write a SpEL expression such as \"#order.id\".");
		}
		return new IdempotentMethod(
				operations.get(name(), ReturnForm.answerType(this.method)).with(settings(operations.settings())), key,
				expression("fingerprint", this.annotation.fingerprint(), beans), ReturnForm.of(this.method));
	}

	private String name() {
		return StringUtils.hasText(this.annotation.name()) ? this.annotation.name()
				: this.method.getDeclaringClass().getSimpleName() + "." + this.method.getName();
	}

	private @Nullable MethodExpression expression(String attribute, String text, BeanFactory beans) {
		return StringUtils.hasText(text) ? MethodExpression.parse(Idempotent.class, this.method, attribute, text, beans)
				: null;
	}

	private Duration duration(String attribute, String text, Duration otherwise, Duration shortest) {
		return AnnotationDuration.parse(Idempotent.class, this.method, attribute, text, otherwise, shortest);
	}

	private InvalidAnnotationException invalid(String attribute, String value, String reason, String action) {
		return new InvalidAnnotationException(Idempotent.class, this.method, attribute, value, reason, action, null);
	}

}
