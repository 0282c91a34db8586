package io.github.redispatterns.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Puts a pattern around the methods that carry its annotation. What an annotation says is
 * compiled when the bean is created, so that a declaration that cannot work stops the
 * start.
 *
 * @param <A> the annotation
 * @param <O> what one annotation compiles to
 */
public abstract class AnnotationAdvisor<A extends Annotation, O> extends StaticMethodMatcherPointcutAdvisor {

	private final Class<A> annotationType;

	private final Map<MethodClassKey, Optional<O>> operations = new ConcurrentHashMap<>();

	private final Set<Class<?>> checked = ConcurrentHashMap.newKeySet();

	@SuppressWarnings("this-escape")
	protected AnnotationAdvisor(Class<A> annotationType, int order) {
		this.annotationType = annotationType;
		setOrder(order);
		setAdvice((MethodInterceptor) this::intercept);
	}

	/**
	 * Whether an annotation is for this advisor.
	 * @param annotation the annotation
	 * @param method where it stands
	 * @param targetClass the class of the bean
	 * @return {@code false} if something else takes care of it
	 * @throws InvalidAnnotationException if that could not
	 */
	protected boolean concerns(A annotation, Method method, Class<?> targetClass) {
		return true;
	}

	/**
	 * Compile an annotation.
	 * @param annotation the annotation
	 * @param method where it stands
	 * @return what {@link #around} needs
	 * @throws InvalidAnnotationException if it cannot work
	 */
	protected abstract O compile(A annotation, Method method);

	/**
	 * Run a call inside the pattern.
	 * @param operation what the annotation of the method compiled to
	 * @param invocation the call
	 * @return its result
	 * @throws Throwable what the call throws, or the pattern
	 */
	protected abstract @Nullable Object around(O operation, MethodInvocation invocation) throws Throwable;

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		checkOnce(targetClass);
		return operation(method, targetClass).isPresent();
	}

	/**
	 * Spring asks no further once a method of a class matches, and not for methods that
	 * only a superclass declares final, private or static.
	 * @param targetClass the class of a bean
	 */
	private void checkOnce(Class<?> targetClass) {
		if (!Proxy.isProxyClass(targetClass) && this.checked.add(targetClass)) {
			ReflectionUtils.doWithMethods(ClassUtils.getUserClass(targetClass),
					(method) -> operation(method, targetClass), (method) -> !method.isSynthetic());
		}
	}

	private @Nullable Object intercept(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		Class<?> targetClass = (target != null) ? AopUtils.getTargetClass(target)
				: invocation.getMethod().getDeclaringClass();
		Optional<O> operation = operation(invocation.getMethod(), targetClass);
		return operation.isPresent() ? around(operation.get(), invocation) : invocation.proceed();
	}

	private Optional<O> operation(Method method, Class<?> targetClass) {
		MethodClassKey key = new MethodClassKey(method, targetClass);
		Optional<O> known = this.operations.get(key);
		if (known != null) {
			return known;
		}
		// Not computeIfAbsent: compiling may create beans, which asks about their
		// methods.
		Optional<O> found = find(AopUtils.getMostSpecificMethod(method, targetClass), targetClass);
		this.operations.put(key, found);
		return found;
	}

	private Optional<O> find(Method method, Class<?> targetClass) {
		A annotation = AnnotatedElementUtils.findMergedAnnotation(method, this.annotationType);
		if (annotation == null || !concerns(annotation, method, targetClass)) {
			return Optional.empty();
		}
		// All methods of a JDK proxy are final, and yet reached through their interface.
		boolean proxy = Proxy.isProxyClass(method.getDeclaringClass());
		if (!proxy && (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) != 0) {
			throw new InvalidAnnotationException(this.annotationType, method, "method",
					Modifier.toString(method.getModifiers()) + " " + method.getName(),
					"calls of a private, static or final method never reach a proxy",
					"Make the method an overridable one that other beans call.", null);
		}
		return Optional.of(compile(annotation, method));
	}

}
