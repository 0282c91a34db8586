package io.github.redispatterns.sample;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.SessionAttribute;

import io.github.redispatterns.coordination.Idempotent;
import io.github.redispatterns.lock.LockHolder;
import io.github.redispatterns.lock.Locks;
import io.github.redispatterns.ratelimit.RateLimited;

@RestController
@RequestMapping("/api")
final class SeatController {

	private final Seats seats;

	private final BoxOffice boxOffice;

	private final Locks locks;

	SeatController(Seats seats, BoxOffice boxOffice, Locks locks) {
		this.seats = seats;
		this.boxOffice = boxOffice;
		this.locks = locks;
	}

	@GetMapping("/events/{eventId}/seats")
	List<SeatView> seats(@PathVariable long eventId,
			@SessionAttribute(name = Buyer.ATTRIBUTE, required = false) @Nullable String buyer) {
		return this.seats.ofEvent(eventId).stream().map((seat) -> SeatView.of(seat, buyer)).toList();
	}

	@PostMapping("/events/{eventId}/seats/{seatId}/purchase")
	// A stranger is counted by address, before the answer that a login is missing.
	@RateLimited(policy = "purchase", key = "#session['buyer'] ?: #request.remoteAddr")
	// A purchase that is sent again, because its answer was lost, gives the same ticket.
	@Idempotent(scope = "#session['buyer'] ?: #request.remoteAddr", required = false)
	@ResponseStatus(HttpStatus.CREATED)
	Ticket buy(@PathVariable long eventId, @PathVariable long seatId,
			@SessionAttribute(name = Buyer.ATTRIBUTE, required = false) @Nullable String buyer) {
		return this.boxOffice.buy(eventId, seatId, Buyer.of(buyer));
	}

	@GetMapping("/seats/{seatId}/lock")
	LockView lock(@PathVariable long seatId) {
		return LockView.of(this.locks.get("seat:" + seatId).holder());
	}

	@PostMapping("/reset")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void reset() {
		this.boxOffice.reset();
	}

	/**
	 * What a visitor may know of a seat.
	 *
	 * @param id its number
	 * @param label what stands on it
	 * @param sold whether somebody has it
	 * @param mine whether the visitor has it
	 */
	record SeatView(long id, String label, boolean sold, boolean mine) {

		static SeatView of(Seat seat, @Nullable String visitor) {
			return new SeatView(seat.id(), seat.label(), seat.isSold(),
					visitor != null && visitor.equals(seat.buyer()));
		}

	}

	/**
	 * Who is paying for a seat.
	 *
	 * @param node the node that has the lock, or {@code null} if the lock is free
	 * @param remainingMillis time until its lease ends, in milliseconds
	 */
	record LockView(@Nullable String node, long remainingMillis) {

		static LockView of(Optional<LockHolder> holder) {
			return holder.map((held) -> new LockView(held.node(), held.remaining().toMillis()))
				.orElseGet(() -> new LockView(null, 0));
		}

	}

}
