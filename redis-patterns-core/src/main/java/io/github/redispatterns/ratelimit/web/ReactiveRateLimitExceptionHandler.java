package io.github.redispatterns.ratelimit.web;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.server.ServerWebExchange;

import io.github.redispatterns.ratelimit.RateLimitExceededException;

/**
 * Answers in Spring WebFlux what {@link RateLimitExceptionHandler} does in Spring MVC.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE - 10)
public final class ReactiveRateLimitExceptionHandler {

	private final RateLimitHeaders headers;

	/**
	 * Create the handler.
	 * @param headers which fields to send
	 */
	public ReactiveRateLimitExceptionHandler(RateLimitHeaders headers) {
		this.headers = headers;
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(RateLimitExceededException ex, ServerWebExchange exchange) {
		this.headers.write(ReactiveExchange.of(exchange), ex.decisions().all());
		return RateLimitAnswers.exceeded(ex);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(RateLimitUnavailableException ex) {
		return RateLimitAnswers.unavailable(ex);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(RequestDeniedException ex) {
		return RateLimitAnswers.denied(ex);
	}

}
