package io.github.redispatterns.lock;

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

}
