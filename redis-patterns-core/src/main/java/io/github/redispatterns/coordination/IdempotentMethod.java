package io.github.redispatterns.coordination;

import java.util.concurrent.CompletionStage;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.ReactiveAdapter;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import io.github.redispatterns.annotation.MethodExpression;

/**
 * What one {@link Idempotent} annotation with a key compiles to.
 *
 * @param operation the operation
 * @param key its key
 * @param fingerprint what must be the same under one key, if that is compared
 * @param adapter for a method that returns before it is done
 */
record IdempotentMethod(IdempotentOperation<Object> operation, MethodExpression key,
		@Nullable MethodExpression fingerprint, @Nullable ReactiveAdapter adapter) {

	@Nullable Object call(MethodInvocation invocation) throws Throwable {
		String keyText = this.key.evaluate(invocation);
		String print = (this.fingerprint != null) ? this.fingerprint.evaluate(invocation) : "";
		if (this.adapter == null) {
			return this.operation.runThrowing(keyText, print, invocation::proceed);
		}
		ProxyMethodInvocation later = (ProxyMethodInvocation) invocation;
		ProxyMethodInvocation clone = (ProxyMethodInvocation) later.invocableClone();
		// What the caller subscribed with, such as its transaction, is there for the
		// work.
		return this.adapter.fromPublisher(Mono.deferContextual((context) -> Mono.fromCompletionStage(
				() -> this.operation.runAsync(keyText, print, () -> begin(clone, this.adapter, context)))));
	}

	private static CompletionStage<@Nullable Object> begin(ProxyMethodInvocation invocation, ReactiveAdapter adapter,
			ContextView context) {
		try {
			Object returned = ((MethodInvocation) invocation.invocableClone()).proceed();
			return Mono.from(adapter.toPublisher(returned)).contextWrite(context).toFuture();
		}
		catch (Throwable ex) {
			return Mono.error(ex).toFuture();
		}
	}

}
