package io.github.redispatterns.ratelimit.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

import io.github.redispatterns.ratelimit.RateLimitExceededException;

/**
 * Answers requests that are not served in Spring MVC, also where the limit is on a method
 * behind the handler: status 429 or 503, {@code Retry-After} and a problem body (RFC
 * 9457) of the types that the IETF draft "RateLimit header fields for HTTP" registers.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE - 10)
public final class RateLimitExceptionHandler {

	private final RateLimitHeaders headers;

	/**
	 * Create the handler.
	 * @param headers which fields to send
	 */
	public RateLimitExceptionHandler(RateLimitHeaders headers) {
		this.headers = headers;
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(RateLimitExceededException ex, HttpServletRequest request,
			HttpServletResponse response) {
		this.headers.write(new ServletExchange(request, response), ex.decisions().all());
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
