package io.github.redispatterns.ratelimit.web;

import java.net.URI;
import java.time.Duration;
import java.util.Collection;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/**
 * The problem types (RFC 9457) that the IETF draft "RateLimit header fields" registers.
 */
enum RateLimitProblem {

	QUOTA_EXCEEDED(HttpStatus.TOO_MANY_REQUESTS, "quota-exceeded",
			"Request cannot be satisfied as assigned quota has been exceeded"),

	REDUCED_CAPACITY(HttpStatus.SERVICE_UNAVAILABLE, "temporary-reduced-capacity",
			"Request cannot be satisfied due to temporary server capacity constraints"),

	ABNORMAL_USAGE(HttpStatus.TOO_MANY_REQUESTS, "abnormal-usage-detected",
			"Request not satisfied due to detection of abnormal request pattern");

	private static final String TYPES = "https://iana.org/assignments/http-problem-types#";

	private final HttpStatus status;

	private final URI type;

	private final String title;

	RateLimitProblem(HttpStatus status, String type, String title) {
		this.status = status;
		this.type = URI.create(TYPES + type);
		this.title = title;
	}

	/**
	 * The answer, whose body is written in the form that the client accepts.
	 * @param detail what to tell people
	 * @param policies the policies that refuse
	 * @param retryAfter when it is worth to come again, if it is
	 * @return the answer
	 */
	ResponseEntity<ProblemDetail> answer(String detail, Collection<String> policies, @Nullable Duration retryAfter) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(this.status, detail);
		problem.setType(this.type);
		problem.setTitle(this.title);
		problem.setProperty("violated-policies", policies);
		ResponseEntity.BodyBuilder answer = ResponseEntity.status(this.status);
		if (retryAfter != null) {
			answer.header(HttpHeaders.RETRY_AFTER, String.valueOf(RateLimitHeaders.retryAfter(retryAfter)));
		}
		return answer.body(problem);
	}

}
