package io.github.redispatterns.sample;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** What the shop says no to, and how it says so over HTTP (RFC 9457). */
final class Refusal extends ErrorResponseException {

	private Refusal(HttpStatus status, String title, String detail) {
		super(status, problem(status, title, detail), null);
	}

	static Refusal badName() {
		return new Refusal(HttpStatus.BAD_REQUEST, "No such name",
				"A name has 1 to %d characters.".formatted(Buyer.MAX_LENGTH));
	}

	static Refusal notLoggedIn() {
		return new Refusal(HttpStatus.UNAUTHORIZED, "Not logged in", "Log in first: POST /api/login {\"name\": ...}.");
	}

	static Refusal noSuchEvent(long eventId) {
		return new Refusal(HttpStatus.NOT_FOUND, "No such event", "There is no event %d.".formatted(eventId));
	}

	static Refusal noSuchSeat(long eventId, long seatId) {
		return new Refusal(HttpStatus.NOT_FOUND, "No such seat", "Event %d has no seat %d.".formatted(eventId, seatId));
	}

	static Refusal noSuchSession() {
		return new Refusal(HttpStatus.NOT_FOUND, "No such session", "You have no such session.");
	}

	static Refusal seatSold(Seat seat) {
		return new Refusal(HttpStatus.CONFLICT, "Seat sold", "Seat %s is already sold.".formatted(seat.label()));
	}

	static Refusal tooManyBrowsers() {
		return new Refusal(HttpStatus.SERVICE_UNAVAILABLE, "Too many browsers",
				"This node serves no further live feed now.");
	}

	private static ProblemDetail problem(HttpStatus status, String title, String detail) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
		problem.setTitle(title);
		return problem;
	}

}
