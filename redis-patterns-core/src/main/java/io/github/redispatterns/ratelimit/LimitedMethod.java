package io.github.redispatterns.ratelimit;

import java.lang.reflect.Method;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import io.github.redispatterns.annotation.AsyncReturn;
import io.github.redispatterns.annotation.FallbackMethod;
import io.github.redispatterns.annotation.MethodExpression;

/**
 * A bean method with a limit.
 *
 * @param operation what to ask the limiter
 * @param fallback what answers refused calls, if they do not fail
 * @param returned how the method returns, if it is not done then
 * @param executor where a call goes on that has waited without a thread
 */
record LimitedMethod(RateLimitOperation operation, @Nullable FallbackMethod fallback, @Nullable AsyncReturn returned,
		Executor executor) {

	/** One count where the annotation has no key. */
	private static final Supplier<String> FOR_EVERYBODY = () -> "";

	static LimitedMethod compile(RateLimited annotation, Method method, RateLimitOperation operation,
			Executor executor) {
		String fallback = annotation.fallback();
		return new LimitedMethod(operation, StringUtils.hasText(fallback)
				? FallbackMethod.find(RateLimited.class, method, fallback, RateLimitExceededException.class) : null,
				AsyncReturn.of(RateLimited.class, method), executor);
	}

	@Nullable Object call(MethodInvocation invocation) throws Throwable {
		Function<MethodExpression, String> evaluation = (expression) -> expression.evaluate(invocation);
		if (this.returned == null) {
			return answer(this.operation.await(evaluation, FOR_EVERYBODY), invocation);
		}
		return this.returned.after(invocation, () -> this.operation.decide(evaluation, FOR_EVERYBODY), this.executor,
				this::answer);
	}

	private @Nullable Object answer(Decision decision, MethodInvocation invocation) throws Throwable {
		if (decision.allowed()) {
			return invocation.proceed();
		}
		RateLimitExceededException refusal = new RateLimitExceededException(decision);
		if (this.fallback == null) {
			throw refusal;
		}
		return this.fallback.answer(refusal, invocation);
	}

}
