package io.github.redispatterns.coordination;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.annotation.InvalidAnnotationException;

/** How an {@link Idempotent} method returns its answer. */
final class ReturnForm {

	private ReturnForm() {
	}

	/**
	 * What makes one asynchronous type of another.
	 * @param method the method
	 * @return nothing if the method returns the answer itself
	 * @throws InvalidAnnotationException if it returns before it is done, or more than
	 * one answer
	 */
	static @Nullable ReactiveAdapter of(Method method) {
		Class<?> type = method.getReturnType();
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
		if (adapter != null && adapter.isMultiValue()) {
			throw invalid(method, "a stream of values cannot be kept as one answer",
					"Collect the values: return a Mono of a List.");
		}
		if (adapter == null && Future.class.isAssignableFrom(type) || suspends(method)) {
			throw invalid(method, "it is not known when the work is done",
					"Return the answer itself, a Mono, or a CompletionStage.");
		}
		return adapter;
	}

	/**
	 * What the method answers.
	 * @param method the method
	 * @return the type in which the answer is kept
	 */
	static ResolvableType answerType(Method method) {
		ResolvableType type = ResolvableType.forMethodReturnType(method);
		ResolvableType answer = (of(method) != null) ? type.getGeneric(0) : type;
		Class<?> raw = answer.toClass();
		return (raw == void.class || raw == Void.class) ? ResolvableType.forClass(Object.class) : answer;
	}

	private static boolean suspends(Method method) {
		return Arrays.stream(method.getParameterTypes())
			.anyMatch((parameter) -> parameter.getName().equals("kotlin.coroutines.Continuation"));
	}

	private static InvalidAnnotationException invalid(Method method, String reason, String action) {
		return new InvalidAnnotationException(Idempotent.class, method, "returns",
				method.getReturnType().getSimpleName(), reason, action, null);
	}

}
