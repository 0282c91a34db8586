package io.github.redispatterns.coordination.web;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

import io.github.redispatterns.coordination.KeyReusedException;
import io.github.redispatterns.coordination.OperationInFlightException;

/**
 * Answers what is not executed with the status that the draft names and a problem body
 * (RFC 9457), also where the operation is a method behind the handler.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE - 10)
public final class IdempotencyExceptionHandler {

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(IdempotencyException ex) {
		return ex.problem().answer();
	}

	@ExceptionHandler(OperationInFlightException.class)
	ResponseEntity<ProblemDetail> handleInFlight() {
		return IdempotencyProblem.IN_FLIGHT.answer();
	}

	@ExceptionHandler(KeyReusedException.class)
	ResponseEntity<ProblemDetail> handleReused() {
		return IdempotencyProblem.REUSED.answer();
	}

}
