package io.github.redispatterns.cache;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.expression.spel.support.StandardEvaluationContext;

import io.github.redispatterns.annotation.InvalidAnnotationException;
import io.github.redispatterns.annotation.MethodExpression;

/** The tags of an annotation, compiled once. */
final class TagExpressions {

	private final List<MethodExpression> expressions;

	private TagExpressions(List<MethodExpression> expressions) {
		this.expressions = expressions;
	}

	static TagExpressions parse(Class<? extends Annotation> annotation, Method method, String attribute, String[] texts,
			BeanFactory beans) {
		if (texts.length == 0) {
			throw new InvalidAnnotationException(annotation, method, attribute, "", "there is no tag",
					"Name at least one, such as \"'catalogue'\".", null);
		}
		return new TagExpressions(Arrays.stream(texts)
			.map((text) -> MethodExpression.parse(annotation, method, attribute, text, beans))
			.toList());
	}

	/**
	 * What a method tags values with.
	 * @param method the method
	 * @param beans for references to beans
	 * @return the expressions of its {@link CacheTags}, if it has one
	 */
	static @Nullable TagExpressions of(Method method, BeanFactory beans) {
		CacheTags tags = AnnotatedElementUtils.findMergedAnnotation(method, CacheTags.class);
		return (tags != null) ? parse(CacheTags.class, method, "value", tags.value(), beans) : null;
	}

	/**
	 * The tags of a call.
	 * @param target the object whose method was called
	 * @param arguments the arguments
	 * @param result what it returned, or the value inside
	 * @return the tags
	 */
	Set<String> evaluate(@Nullable Object target, @Nullable Object[] arguments, @Nullable Object result) {
		StandardEvaluationContext context = this.expressions.get(0).context(target, arguments);
		context.setVariable("result", result);
		Set<String> tags = new LinkedHashSet<>();
		this.expressions.forEach((expression) -> tags.addAll(expression.evaluateAll(context)));
		return tags;
	}

}
