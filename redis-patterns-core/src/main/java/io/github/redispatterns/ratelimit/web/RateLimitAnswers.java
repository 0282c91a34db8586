package io.github.redispatterns.ratelimit.web;

import java.time.Duration;
import java.util.List;

import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

import io.github.redispatterns.ratelimit.Decision;
import io.github.redispatterns.ratelimit.RateLimitExceededException;

/** What clients are told that are not served, the same for servlets and for WebFlux. */
final class RateLimitAnswers {

	/** By then the gateway has looked whether Redis is back. */
	private static final Duration OUTAGE = Duration.ofSeconds(1);

	private RateLimitAnswers() {
	}

	static ResponseEntity<ProblemDetail> exceeded(RateLimitExceededException ex) {
		Decision decision = ex.decision();
		List<String> violated = ex.decisions()
			.all()
			.stream()
			.filter((one) -> !one.allowed())
			.map((one) -> one.policy().name())
			.distinct()
			.toList();
		String detail = "Policy '%s' allows %d requests in %d seconds".formatted(decision.policy().name(),
				decision.limit(), decision.policy().period().toSeconds());
		boolean never = decision.retryAfter().equals(Decision.NEVER);
		return RateLimitProblem.QUOTA_EXCEEDED.answer(detail, violated, never ? null : decision.retryAfter());
	}

	static ResponseEntity<ProblemDetail> unavailable(RateLimitUnavailableException ex) {
		return RateLimitProblem.REDUCED_CAPACITY.answer("Requests cannot be counted at the moment", ex.policies(),
				OUTAGE);
	}

	static ResponseEntity<ProblemDetail> denied(RequestDeniedException ex) {
		return RateLimitProblem.ABNORMAL_USAGE.answer("Requests like this one are not served", ex.policies(), null);
	}

}
