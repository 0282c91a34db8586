package io.github.redispatterns.coordination.web;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisPatternsException;

/**
 * A request with the field {@code Idempotency-Key}, or without it, is not executed.
 * Answered by {@link IdempotencyExceptionHandler} unless the application does so.
 */
public final class IdempotencyException extends RedisPatternsException {

	private final IdempotencyProblem problem;

	IdempotencyException(IdempotencyProblem problem, @Nullable Throwable cause) {
		super(problem.title(), cause, cause != null);
		this.problem = problem;
	}

	/**
	 * What is wrong.
	 * @return the problem
	 */
	public IdempotencyProblem problem() {
		return this.problem;
	}

}
