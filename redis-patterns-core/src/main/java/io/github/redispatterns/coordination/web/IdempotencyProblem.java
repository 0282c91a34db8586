package io.github.redispatterns.coordination.web;

import java.net.URI;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/**
 * Why a request is not executed, and what its client is told (RFC 9457). Status and title
 * are those of the draft where it has them.
 */
public enum IdempotencyProblem {

	/** The request has no key and must have one. */
	MISSING(HttpStatus.BAD_REQUEST, "Idempotency-Key is missing",
			"This operation requires the field Idempotency-Key: a string that is unique for each request"
					+ " and the same when a request is repeated.",
			null),

	/** The key is no structured string (RFC 9651), or too long. */
	MALFORMED(HttpStatus.BAD_REQUEST, "Idempotency-Key is malformed",
			"The field Idempotency-Key must be a string of 1 to 255 visible ASCII characters,"
					+ " such as \"8e03978e-40d5-43e8-bc93-6894a57f9324\".",
			null),

	/** The body of the request is too big to be compared. */
	TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "Request is too large for an Idempotency-Key",
			"The body of the request is too large to be compared with one that is repeated.", null),

	/** The key was used for another request. */
	REUSED(HttpStatus.UNPROCESSABLE_CONTENT, "Idempotency-Key is already used",
			"The key was used before for a request with another method, path or body. A new request needs a new key.",
			null),

	/** The same request is being executed. */
	IN_FLIGHT(HttpStatus.CONFLICT, "A request is outstanding for this Idempotency-Key",
			"The same request is being executed. Repeat it later to get its answer.", Duration.ofSeconds(1)),

	/** The request was executed, but its answer is not there to be sent again. */
	NOT_KEPT(HttpStatus.CONFLICT, "The answer for this Idempotency-Key was not kept",
			"The request was executed before and is not executed again. Its answer was too large to be kept.", null),

	/** It cannot be known whether the request was executed before. */
	UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "Idempotency-Key cannot be checked",
			"The request was not executed. Repeat it later with the same key.", Duration.ofSeconds(1));

	private static final URI TYPE = URI
		.create("https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/");

	private final HttpStatus status;

	private final String title;

	private final String detail;

	private final @Nullable Duration retryAfter;

	IdempotencyProblem(HttpStatus status, String title, String detail, @Nullable Duration retryAfter) {
		this.status = status;
		this.title = title;
		this.detail = detail;
		this.retryAfter = retryAfter;
	}

	/**
	 * The status of the answer.
	 * @return a status of the classes 4xx and 5xx
	 */
	public HttpStatus status() {
		return this.status;
	}

	String title() {
		return this.title;
	}

	ResponseEntity<ProblemDetail> answer() {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(this.status, this.detail);
		problem.setType(TYPE);
		problem.setTitle(this.title);
		ResponseEntity.BodyBuilder answer = ResponseEntity.status(this.status);
		if (this.retryAfter != null) {
			answer.header(HttpHeaders.RETRY_AFTER, String.valueOf(this.retryAfter.toSeconds()));
		}
		return answer.body(problem);
	}

}
