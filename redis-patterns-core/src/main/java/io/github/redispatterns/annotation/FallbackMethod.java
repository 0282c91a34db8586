package io.github.redispatterns.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/**
 * The method that answers in place of one whose call was refused: of the same class, with
 * the same parameters and, if it likes, the refusal behind them.
 */
public final class FallbackMethod {

	private final Method method;

	private FallbackMethod(Method method) {
		this.method = method;
	}

	/**
	 * Find the fallback of a method.
	 * @param annotation the type of the annotation, which names it in {@code fallback}
	 * @param method where it stands
	 * @param name the name of the fallback
	 * @param refusal what the fallback may take as its last parameter
	 * @return the fallback
	 * @throws InvalidAnnotationException if there is none that can answer for the method
	 */
	public static FallbackMethod find(Class<? extends Annotation> annotation, Method method, String name,
			Class<? extends Exception> refusal) {
		Class<?>[] parameters = method.getParameterTypes();
		Class<?>[] more = Arrays.copyOf(parameters, parameters.length + 1);
		more[parameters.length] = refusal;
		Class<?> owner = method.getDeclaringClass();
		Method found = ReflectionUtils.findMethod(owner, name, more);
		if (found == null) {
			found = ReflectionUtils.findMethod(owner, name, parameters);
		}
		if (found == null || !method.getReturnType().isAssignableFrom(found.getReturnType())) {
			throw new InvalidAnnotationException(annotation, method, "fallback", name,
					"%s has no such method with the same parameters that returns %s".formatted(owner.getSimpleName(),
							method.getReturnType().getSimpleName()),
					"Write one; it may take a %s as its last parameter.".formatted(refusal.getSimpleName()), null);
		}
		ReflectionUtils.makeAccessible(found);
		return new FallbackMethod(found);
	}

	/**
	 * Answer a call.
	 * @param refusal why it was refused
	 * @param invocation the call
	 * @return what the caller gets
	 * @throws Throwable what the fallback throws
	 */
	public @Nullable Object answer(Exception refusal, MethodInvocation invocation) throws Throwable {
		@Nullable Object[] arguments = invocation.getArguments();
		if (this.method.getParameterCount() > arguments.length) {
			arguments = Arrays.copyOf(arguments, arguments.length + 1);
			arguments[arguments.length - 1] = refusal;
		}
		try {
			return this.method.invoke(invocation.getThis(), arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}
