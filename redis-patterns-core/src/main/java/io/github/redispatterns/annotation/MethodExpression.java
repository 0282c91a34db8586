package io.github.redispatterns.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.util.ClassUtils;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.key.KeyText;

/**
 * A SpEL attribute of an annotation, parsed once. Variables are set by whoever evaluates;
 * {@code @name} reaches a bean.
 */
public final class MethodExpression {

	private static final SpelExpressionParser PARSER = new SpelExpressionParser();

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private final Method method;

	private final Expression expression;

	private final BeanFactoryResolver beans;

	private MethodExpression(Method method, Expression expression, BeanFactory beans) {
		this.method = method;
		this.expression = expression;
		this.beans = new BeanFactoryResolver(beans);
	}

	/**
	 * Parse an attribute.
	 * @param annotation the type of the annotation
	 * @param method where it stands
	 * @param attribute the name of the attribute
	 * @param text the expression
	 * @param beans for references to beans
	 * @return the expression
	 * @throws InvalidAnnotationException if the text is no SpEL
	 */
	public static MethodExpression parse(Class<? extends Annotation> annotation, Method method, String attribute,
			String text, BeanFactory beans) {
		try {
			return new MethodExpression(method, PARSER.parseExpression(text), beans);
		}
		catch (ParseException ex) {
			throw new InvalidAnnotationException(annotation, method, attribute, text,
					"this is no SpEL expression: " + ex.getSimpleMessage(),
					"Write a SpEL expression such as \"#id\" for the parameter id, or \"'text'\" for a fixed text.",
					ex);
		}
	}

	/**
	 * Evaluate for a call: parameters are variables by name and as {@code #p0},
	 * {@code #p1}, ..., the target object is the root.
	 * @param invocation the call
	 * @return the value as text
	 * @throws RedisPatternsException if the value is {@code null} or cannot be computed
	 */
	public String evaluate(MethodInvocation invocation) {
		return evaluate(context(invocation.getThis(), invocation.getArguments()));
	}

	/**
	 * Evaluate with other variables.
	 * @param context root object and variables
	 * @return the value as text
	 * @throws RedisPatternsException if the value is {@code null} or cannot be computed
	 */
	public String evaluate(StandardEvaluationContext context) {
		context.setBeanResolver(this.beans);
		Object value = value(context);
		if (value == null) {
			throw failed("is null: write a fallback for that case, such as \"%s ?: 'none'\""
				.formatted(this.expression.getExpressionString()), null);
		}
		return text(value);
	}

	/**
	 * Evaluate an expression that may give several values.
	 * @param context root object and variables
	 * @return each value as text: the elements of a collection or an array, anything else
	 * as it is, none for {@code null}
	 * @throws RedisPatternsException if they cannot be computed
	 */
	public List<String> evaluateAll(StandardEvaluationContext context) {
		context.setBeanResolver(this.beans);
		Object value = value(context);
		if (value instanceof Collection<?> || value instanceof Object[]) {
			Collection<?> elements = (value instanceof Collection<?> all) ? all : Arrays.asList((Object[]) value);
			return elements.stream().filter(Objects::nonNull).map(this::text).toList();
		}
		return (value != null) ? List.of(text(value)) : List.of();
	}

	/**
	 * Root object and variables of a call: parameters by name and as {@code #p0},
	 * {@code #p1}, ...
	 * @param target the root object
	 * @param arguments what the parameters are
	 * @return a context to which more variables can be added
	 */
	public StandardEvaluationContext context(@Nullable Object target, @Nullable Object[] arguments) {
		return new MethodBasedEvaluationContext(target, this.method, arguments, NAMES);
	}

	private String text(Object value) {
		try {
			return KeyText.of(value);
		}
		catch (IllegalArgumentException ex) {
			throw failed("cannot be used: " + ex.getMessage(), ex);
		}
	}

	private @Nullable Object value(EvaluationContext context) {
		try {
			return this.expression.getValue(context);
		}
		catch (RuntimeException ex) {
			throw failed("cannot be evaluated: " + ex.getMessage(), ex);
		}
	}

	private RedisPatternsException failed(String why, @Nullable Throwable cause) {
		return new RedisPatternsException("The key expression \"%s\" of method %s %s".formatted(
				this.expression.getExpressionString(), ClassUtils.getQualifiedMethodName(this.method), why), cause);
	}

}
