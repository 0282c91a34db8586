package io.github.redispatterns.lock;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

import io.github.redispatterns.annotation.MethodExpression;

/**
 * What one {@link DistributedLock} annotation compiles to.
 *
 * @param name first part of the lock's name
 * @param key second part, if there is one
 * @param kind which lock
 * @param permits of a semaphore
 * @param settings how to wait for the lock and to hold it
 * @param busy what to do without it
 * @param onLost what to do when it is lost
 * @param parameters those that get the handle, or its token, by index
 * @param form how the method returns
 */
record LockOperation(String name, @Nullable MethodExpression key, LockKind kind, int permits, LockSettings settings,
		BusyAnswer busy, OnLost onLost, Map<Integer, Boolean> parameters, CallForm form) {

	@Nullable Object call(Locks locks, MethodInvocation invocation) throws Throwable {
		return this.form.call(this, lock(locks, invocation), (ProxyMethodInvocation) invocation);
	}

	private NamedLock lock(Locks locks, MethodInvocation invocation) {
		String lock = (this.key != null) ? this.name + ":" + this.key.evaluate(invocation) : this.name;
		NamedLock found = switch (this.kind) {
			case MUTEX -> locks.get(lock);
			case FAIR -> locks.fair(lock);
			case READ -> locks.readWrite(lock).read();
			case WRITE -> locks.readWrite(lock).write();
			case SEMAPHORE -> locks.semaphore(lock, this.permits);
		};
		return found.with(this.settings);
	}

	/**
	 * Begin to take the lock.
	 * @param lock the lock
	 * @return a handle, or nothing if it was busy for as long as the call may wait;
	 * cancelling it ends the attempt
	 */
	CompletableFuture<Optional<LockHandle>> acquire(NamedLock lock) {
		return lock.begin(this.settings.maxWait()).async();
	}

	/**
	 * Run the method.
	 * @param invocation the call
	 * @param handle what its parameters get
	 * @return its result
	 * @throws Throwable what the method throws
	 */
	@Nullable Object proceed(ProxyMethodInvocation invocation, LockHandle handle) throws Throwable {
		if (!this.parameters.isEmpty()) {
			@Nullable Object[] arguments = invocation.getArguments().clone();
			this.parameters
				.forEach((index, token) -> arguments[index] = (token ? (Object) handle.fencingToken() : handle));
			invocation.setArguments(arguments);
		}
		return invocation.proceed();
	}

	/**
	 * What a call that did not get the lock comes to.
	 * @param lock the lock
	 * @param invocation the call
	 * @return what the caller gets
	 * @throws Throwable what the caller gets instead
	 */
	@Nullable Object busy(NamedLock lock, MethodInvocation invocation) throws Throwable {
		return this.busy.answer(new LockNotAcquiredException(lock.name(), this.settings.maxWait()), invocation);
	}

}
