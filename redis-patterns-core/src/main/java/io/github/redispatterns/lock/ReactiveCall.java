package io.github.redispatterns.lock;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.aop.ProxyMethodInvocation;
import reactor.core.publisher.Mono;

/** A call that returns a publisher. */
final class ReactiveCall {

	private ReactiveCall() {
	}

	@SuppressWarnings("unchecked")
	static Publisher<Object> run(LockOperation operation, NamedLock lock, ProxyMethodInvocation invocation,
			Optional<LockHandle> handle) {
		try {
			Object publisher = handle.isPresent() ? operation.proceed(invocation, handle.get())
					: operation.busy(lock, invocation);
			return (publisher != null) ? (Publisher<Object>) publisher : Mono.empty();
		}
		catch (Throwable ex) {
			return Mono.error(ex);
		}
	}

	static Publisher<?> release(Optional<LockHandle> handle, OnLost onLost) {
		return handle.isPresent() ? Mono.fromCompletionStage(() -> Releasing.quietly(handle.get()))
			.flatMap((held) -> failure(handle.get(), held, onLost)) : Mono.empty();
	}

	private static Mono<@Nullable Void> failure(LockHandle handle, boolean held, OnLost onLost) {
		return (held || onLost == OnLost.SIGNAL) ? Mono.empty() : Mono.error(new LockLostException(handle.name()));
	}

}
