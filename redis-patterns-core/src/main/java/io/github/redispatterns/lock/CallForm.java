package io.github.redispatterns.lock;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How a method returns, and so how long it needs its lock. */
enum CallForm {

	/** When it returns, its work is done. */
	BLOCKING {

		@Override
		@Nullable Object call(LockOperation operation, NamedLock lock, ProxyMethodInvocation invocation) throws Throwable {
			Optional<LockHandle> handle = LockScope.ofThread()
				.reentrant(lock)
				.tryAcquire(operation.settings().maxWait());
			return handle.isPresent() ? BlockingCall.run(operation, invocation, handle.get())
					: operation.busy(lock, invocation);
		}

		@Override
		@Nullable Object nothing(Class<?> type) {
			return (type == Optional.class) ? Optional.empty() : null;
		}

	},

	/** Its work is done when the stage is. */
	STAGE {

		@Override
		Object call(LockOperation operation, NamedLock lock, ProxyMethodInvocation invocation) {
			ProxyMethodInvocation later = later(invocation);
			return operation.acquire(lock).thenCompose((handle) -> stage(() -> {
				Object outcome = handle.isPresent() ? Releasing.afterwards(handle.get(),
						() -> stage(() -> operation.proceed(later, handle.get())), operation.onLost())
						: operation.busy(lock, later);
				return outcome;
			}));
		}

		@Override
		Object nothing(Class<?> type) {
			return CompletableFuture.completedFuture(null);
		}

	},

	/** Its work is done when the publisher ends. */
	MONO {

		@Override
		Object call(LockOperation operation, NamedLock lock, ProxyMethodInvocation invocation) {
			return Mono.usingWhen(Mono.fromFuture(() -> operation.acquire(lock)),
					(handle) -> Mono.from(ReactiveCall.run(operation, lock, later(invocation), handle)),
					(handle) -> ReactiveCall.release(handle, operation.onLost()),
					(handle, failure) -> ReactiveCall.release(handle, OnLost.SIGNAL),
					(handle) -> ReactiveCall.release(handle, OnLost.SIGNAL));
		}

		@Override
		Object nothing(Class<?> type) {
			return Mono.empty();
		}

	},

	/** Its work is done when the publisher ends. */
	FLUX {

		@Override
		Object call(LockOperation operation, NamedLock lock, ProxyMethodInvocation invocation) {
			return Flux.usingWhen(Mono.fromFuture(() -> operation.acquire(lock)),
					(handle) -> ReactiveCall.run(operation, lock, later(invocation), handle),
					(handle) -> ReactiveCall.release(handle, operation.onLost()),
					(handle, failure) -> ReactiveCall.release(handle, OnLost.SIGNAL),
					(handle) -> ReactiveCall.release(handle, OnLost.SIGNAL));
		}

		@Override
		Object nothing(Class<?> type) {
			return Flux.empty();
		}

	};

	abstract @Nullable Object call(LockOperation operation, NamedLock lock, ProxyMethodInvocation invocation)
			throws Throwable;

	/**
	 * What a method that is skipped returns.
	 * @param type its return type
	 * @return nothing, in its form
	 */
	abstract @Nullable Object nothing(Class<?> type);

	/**
	 * The form of a method.
	 * @param type its return type
	 * @return the form
	 */
	static CallForm of(Class<?> type) {
		if (type == CompletionStage.class || type == CompletableFuture.class) {
			return STAGE;
		}
		if (type == Mono.class) {
			return MONO;
		}
		return (type == Flux.class) ? FLUX : BLOCKING;
	}

	// The invocation itself is over when the interceptor returns.
	private static ProxyMethodInvocation later(ProxyMethodInvocation invocation) {
		return (ProxyMethodInvocation) invocation.invocableClone();
	}

	@SuppressWarnings("unchecked")
	private static CompletionStage<@Nullable Object> stage(ThrowingSupplier call) {
		try {
			CompletionStage<@Nullable Object> stage = (CompletionStage<@Nullable Object>) call.get();
			return (stage != null) ? stage : CompletableFuture.completedFuture(null);
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/** Makes a stage. */
	private interface ThrowingSupplier {

		@Nullable Object get() throws Throwable;

	}

}
