package io.github.redispatterns.sample;

import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import io.github.redispatterns.coordination.OncePerCluster;

/** Closes the books every minute: on one node, however many there are. */
@Component
class Bookkeeper {

	static final String TASK = "bookkeeping";

	private static final Log logger = LogFactory.getLog(Bookkeeper.class);

	private final Seats seats;

	private final AtomicInteger closings = new AtomicInteger();

	Bookkeeper(Seats seats) {
		this.seats = seats;
	}

	@Scheduled(cron = "0 * * * * *", zone = "UTC")
	@OncePerCluster(name = TASK)
	void close() {
		this.closings.incrementAndGet();
		logger.info("%d tickets are sold".formatted(this.seats.sold()));
	}

	/**
	 * How often this node has closed the books.
	 * @return a number
	 */
	int closings() {
		return this.closings.get();
	}

}
