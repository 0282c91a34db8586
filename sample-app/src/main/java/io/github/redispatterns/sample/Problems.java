package io.github.redispatterns.sample;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.lock.LockHolder;
import io.github.redispatterns.lock.LockNotAcquiredException;
import io.github.redispatterns.lock.Locks;

/** How the library's refusals look over HTTP; it answers status 429 itself. */
@RestControllerAdvice
final class Problems {

	private final Locks locks;

	Problems(Locks locks) {
		this.locks = locks;
	}

	@ExceptionHandler
	ProblemDetail seatIsBusy(LockNotAcquiredException ex) {
		String node = this.locks.get(ex.name()).holder().map(LockHolder::node).orElse("another node");
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT,
				"Somebody is paying for this seat right now, on %s.".formatted(node));
		problem.setTitle("Seat busy");
		return problem;
	}

	@ExceptionHandler
	ProblemDetail redisIsAway(RedisUnavailableException ex) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE,
				"Redis does not answer; try again in a moment.");
		problem.setTitle("Redis is away");
		return problem;
	}

}
