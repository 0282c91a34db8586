package io.github.redispatterns.sample;

import java.util.List;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Seats, orders and tickets in the database, which has the last word. */
@Repository
class Seats {

	private static final String SELECT = """
			select s.id, s.label, s.event_id, e.title as event, o.buyer
			from seat s
				join event e on e.id = s.event_id
				left join ticket t on t.seat_id = s.id
				left join orders o on o.id = t.order_id
			where s.event_id = :event
			""";

	private final JdbcClient jdbc;

	Seats(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	List<Seat> ofEvent(long eventId) {
		List<Seat> seats = this.jdbc.sql(SELECT + " order by s.id").param("event", eventId).query(Seat.class).list();
		if (seats.isEmpty()) {
			throw Refusal.noSuchEvent(eventId);
		}
		return seats;
	}

	Seat find(long eventId, long seatId) {
		return this.jdbc.sql(SELECT + " and s.id = :seat")
			.param("event", eventId)
			.param("seat", seatId)
			.query(Seat.class)
			.optional()
			.orElseThrow(() -> Refusal.noSuchSeat(eventId, seatId));
	}

	/**
	 * Write an order and its ticket, both or neither. Whatever happened to the lock, the
	 * key of the ticket lets nobody sell a seat twice.
	 * @param seat the seat
	 * @param buyer who gets it
	 * @param node who sells it
	 * @return number of the order
	 */
	@Transactional
	long order(Seat seat, Buyer buyer, String node) {
		long order = this.jdbc
			.sql("select id from final table (insert into orders (buyer, node) values (:buyer, :node))")
			.param("buyer", buyer.name())
			.param("node", node)
			.query(Long.class)
			.single();
		try {
			this.jdbc.sql("insert into ticket (seat_id, order_id) values (:seat, :order)")
				.param("seat", seat.id())
				.param("order", order)
				.update();
		}
		catch (DuplicateKeyException ex) {
			throw Refusal.seatSold(seat);
		}
		return order;
	}

	long sold() {
		return this.jdbc.sql("select count(*) from ticket").query(Long.class).single();
	}

	@Transactional
	void returnAll() {
		this.jdbc.sql("delete from ticket").update();
		this.jdbc.sql("delete from orders").update();
	}

}
