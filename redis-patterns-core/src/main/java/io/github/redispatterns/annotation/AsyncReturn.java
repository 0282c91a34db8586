package io.github.redispatterns.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * How a method returns that is not done when it returns: a {@link CompletionStage}, or a
 * publisher of any kind that Spring knows.
 */
public final class AsyncReturn {

	private final ReactiveAdapter adapter;

	private AsyncReturn(ReactiveAdapter adapter) {
		this.adapter = adapter;
	}

	/**
	 * How a method returns.
	 * @param annotation the type of the annotation
	 * @param method where it stands
	 * @return nothing if it is done when it returns
	 * @throws InvalidAnnotationException if it cannot be called later
	 */
	public static @Nullable AsyncReturn of(Class<? extends Annotation> annotation, Method method) {
		Class<?> type = method.getReturnType();
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
		boolean otherFuture = Future.class.isAssignableFrom(type) && type != CompletableFuture.class;
		if (otherFuture && CompletionStage.class.isAssignableFrom(type)) {
			throw new InvalidAnnotationException(annotation, method, "returns", type.getSimpleName(),
					"such a future cannot be made for a call that begins later",
					"Return a CompletionStage or a CompletableFuture.", null);
		}
		return (adapter != null) ? new AsyncReturn(adapter) : null;
	}

	/**
	 * Call a method when something has come that it waits for. Of a stage the waiting
	 * begins at once, of a publisher with each subscription; cancelling either ends it.
	 * @param <T> what the method waits for
	 * @param invocation the call
	 * @param gate begins to wait
	 * @param executor where to go on if there was something to wait for
	 * @param then calls the method, or answers in its place
	 * @return what the method returns, in its form
	 */
	public <T> Object after(MethodInvocation invocation, Supplier<? extends CompletionStage<T>> gate, Executor executor,
			Answer<T> then) {
		// The invocation itself is over when the interceptor returns.
		ProxyMethodInvocation kept = (ProxyMethodInvocation) ((ProxyMethodInvocation) invocation).invocableClone();
		Mono<T> opened = Mono.defer(() -> wait(gate.get().toCompletableFuture(), executor));
		return this.adapter
			.fromPublisher(this.adapter.isMultiValue() ? opened.flatMapMany((value) -> answer(value, kept, then))
					: opened.flatMap((value) -> Mono.from(answer(value, kept, then))));
	}

	private static <T> Mono<T> wait(CompletableFuture<T> gate, Executor executor) {
		Mono<T> opened = Mono.fromFuture(gate);
		return gate.isDone() ? opened : opened.publishOn(Schedulers.fromExecutor(executor));
	}

	private <T> Publisher<Object> answer(T value, ProxyMethodInvocation kept, Answer<T> then) {
		try {
			return this.adapter.toPublisher(then.answer(value, kept.invocableClone()));
		}
		catch (Throwable ex) {
			return Mono.error(ex);
		}
	}

	/**
	 * Answers a call.
	 *
	 * @param <T> what it waited for
	 */
	@FunctionalInterface
	public interface Answer<T> {

		/**
		 * Answer a call.
		 * @param value what has come
		 * @param invocation the call
		 * @return what the method returns
		 * @throws Throwable what it throws
		 */
		@Nullable Object answer(T value, MethodInvocation invocation) throws Throwable;

	}

}
