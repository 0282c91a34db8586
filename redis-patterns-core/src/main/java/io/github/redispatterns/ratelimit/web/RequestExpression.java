package io.github.redispatterns.ratelimit.web;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.annotation.web.RequestVariables;
import io.github.redispatterns.key.KeyText;

/**
 * A SpEL expression in a rule, parsed once. Variables are {@code #request},
 * {@code #principal}, {@code #session} (a map of its attributes) and the path variables
 * of the rule by name; {@code @name} reaches a bean.
 */
public final class RequestExpression {

	private static final SpelExpressionParser PARSER = new SpelExpressionParser();

	private final Expression expression;

	private final BeanFactoryResolver beans;

	private RequestExpression(Expression expression, BeanFactory beans) {
		this.expression = expression;
		this.beans = new BeanFactoryResolver(beans);
	}

	/**
	 * Parse an expression.
	 * @param text the expression
	 * @param beans for references to beans
	 * @return the expression
	 * @throws IllegalArgumentException if the text is no SpEL
	 */
	public static RequestExpression parse(String text, BeanFactory beans) {
		try {
			return new RequestExpression(PARSER.parseExpression(text), beans);
		}
		catch (ParseException ex) {
			throw new IllegalArgumentException("This is no SpEL expression: " + ex.getSimpleMessage(), ex);
		}
	}

	/**
	 * Whether a variable is used.
	 * @param variable its name
	 * @return whether the expression mentions it
	 */
	public boolean uses(String variable) {
		return this.expression.getExpressionString().contains('#' + variable);
	}

	@Nullable String text(LimitedRequest request, Map<String, String> path) {
		Object value = value(request, path, Object.class);
		return (value != null) ? KeyText.of(value) : null;
	}

	long number(LimitedRequest request, Map<String, String> path) {
		Long value = value(request, path, Long.class);
		if (value == null || value < 0) {
			throw new RedisPatternsException("The cost \"%s\" of a rate-limit rule must not be negative but is %s"
				.formatted(this.expression.getExpressionString(), value));
		}
		return value;
	}

	boolean isTrue(LimitedRequest request, Map<String, String> path) {
		return Boolean.TRUE.equals(value(request, path, Boolean.class));
	}

	private <T> @Nullable T value(LimitedRequest request, Map<String, String> path, Class<T> type) {
		StandardEvaluationContext context = RequestVariables.of(request.request(), request.principal(),
				request.session(), path);
		context.setBeanResolver(this.beans);
		try {
			return this.expression.getValue(context, type);
		}
		catch (RuntimeException ex) {
			throw new RedisPatternsException("The expression \"%s\" of a rate-limit rule cannot be evaluated: %s"
				.formatted(this.expression.getExpressionString(), ex.getMessage()), ex);
		}
	}

}
