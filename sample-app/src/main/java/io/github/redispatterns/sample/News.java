package io.github.redispatterns.sample;

import org.jspecify.annotations.Nullable;

/**
 * What every open page learns at once.
 *
 * @param what what happened
 * @param node where it happened
 * @param buyer who did it, shortened, or {@code null}
 * @param eventId the event or 0
 * @param event its title or {@code null}
 * @param seatId the seat or 0
 * @param seat what stands on the seat, or {@code null}
 */
record News(What what, String node, @Nullable String buyer, long eventId, @Nullable String event, long seatId,
		@Nullable String seat) {

	static News paying(Seat seat, Buyer buyer, String node) {
		return about(What.PAYING, seat, buyer, node);
	}

	static News sold(Seat seat, Buyer buyer, String node) {
		return about(What.SOLD, seat, buyer, node);
	}

	static News reset(String node) {
		return new News(What.RESET, node, null, 0, null, 0, null);
	}

	private static News about(What what, Seat seat, Buyer buyer, String node) {
		return new News(what, node, buyer.shortName(), seat.eventId(), seat.event(), seat.id(), seat.label());
	}

	/** What happened. */
	enum What {

		/** Somebody pays for a seat, and holds its lock while doing so. */
		PAYING,

		/** A seat is sold. */
		SOLD,

		/** All tickets were returned. */
		RESET

	}

}
