package io.github.redispatterns.lock;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** What a call that did not get its lock comes to. */
interface BusyAnswer {

	/**
	 * Answer in place of the method.
	 * @param busy why
	 * @param invocation the call
	 * @return what the caller gets
	 * @throws Throwable what the caller gets instead
	 */
	@Nullable Object answer(LockNotAcquiredException busy, MethodInvocation invocation) throws Throwable;

	static @Nullable Object refuse(LockNotAcquiredException busy, MethodInvocation invocation) {
		throw busy;
	}

	static BusyAnswer skip(@Nullable Object nothing) {
		return (busy, invocation) -> nothing;
	}

	static BusyAnswer fallback(Method method) {
		return (busy, invocation) -> {
			@Nullable Object[] arguments = invocation.getArguments();
			if (method.getParameterCount() > arguments.length) {
				arguments = Arrays.copyOf(arguments, arguments.length + 1);
				arguments[arguments.length - 1] = busy;
			}
			try {
				return method.invoke(invocation.getThis(), arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		};
	}

}
