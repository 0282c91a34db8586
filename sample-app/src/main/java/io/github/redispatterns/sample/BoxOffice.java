package io.github.redispatterns.sample;

import org.springframework.stereotype.Service;

import io.github.redispatterns.autoconfigure.NodeId;
import io.github.redispatterns.lock.DistributedLock;

/** Sells seats. */
@Service
class BoxOffice {

	static final String LEASE = "10s";

	private final Seats seats;

	private final Payments payments;

	private final Newsroom news;

	private final String node;

	BoxOffice(Seats seats, Payments payments, Newsroom news, NodeId node) {
		this.seats = seats;
		this.payments = payments;
		this.news = news;
		this.node = node.value();
	}

	/**
	 * Sell a seat. The lock keeps a second buyer from paying for it, on any node; the
	 * transaction is short and begins only after the payment.
	 * @param eventId the event
	 * @param seatId the seat
	 * @param buyer who wants it
	 * @return the ticket
	 * @throws Refusal if the seat is sold
	 * @throws io.github.redispatterns.lock.LockNotAcquiredException if somebody is paying
	 * for it
	 */
	@DistributedLock(name = "seat", key = "#seatId", maxWait = "0s", lease = LEASE)
	Ticket buy(long eventId, long seatId, Buyer buyer) {
		Seat seat = this.seats.find(eventId, seatId);
		if (seat.isSold()) {
			throw Refusal.seatSold(seat);
		}
		this.news.publish(News.paying(seat, buyer, this.node));
		this.payments.charge(buyer);
		long order = this.seats.order(seat, buyer, this.node);
		this.news.publish(News.sold(seat, buyer, this.node));
		return new Ticket(order, seat.event(), seat.label(), this.node);
	}

	/** Take back all tickets, so that the demonstration can start over. */
	void reset() {
		this.seats.returnAll();
		this.news.publish(News.reset(this.node));
	}

}
