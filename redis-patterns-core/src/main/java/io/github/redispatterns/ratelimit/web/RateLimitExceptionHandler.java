package io.github.redispatterns.ratelimit.web;

import java.net.URI;
import java.util.List;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

import io.github.redispatterns.ratelimit.Decision;
import io.github.redispatterns.ratelimit.RateLimitExceededException;

/**
 * Answers a refusal with status 429, {@code Retry-After} and a problem body (RFC 9457) of
 * the type that the IETF draft "RateLimit header fields for HTTP" registers.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE - 10)
public final class RateLimitExceptionHandler {

	private static final URI QUOTA_EXCEEDED = URI
		.create("https://iana.org/assignments/http-problem-types#quota-exceeded");

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(RateLimitExceededException ex) {
		Decision decision = ex.decision();
		HttpHeaders headers = new HttpHeaders();
		RateLimitFields.write(decision, headers::set);
		if (!decision.retryAfter().equals(Decision.NEVER)) {
			headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(RateLimitFields.retryAfter(decision)));
		}
		return new ResponseEntity<>(problem(decision), headers, HttpStatus.TOO_MANY_REQUESTS);
	}

	private static ProblemDetail problem(Decision decision) {
		ProblemDetail problem = ProblemDetail.forStatus(HttpStatus.TOO_MANY_REQUESTS);
		problem.setType(QUOTA_EXCEEDED);
		problem.setTitle("Request cannot be satisfied as assigned quota has been exceeded");
		problem.setDetail("Policy '%s' allows %d requests in %d seconds".formatted(decision.policy().name(),
				decision.policy().limit(), decision.policy().period().toSeconds()));
		problem.setProperty("violated-policies", List.of(decision.policy().name()));
		return problem;
	}

}
