package io.github.redispatterns.sample;

import java.util.concurrent.TimeUnit;

import org.springframework.stereotype.Component;

/** Stands for a payment provider: takes its time and says yes. */
@Component
final class Payments {

	private final long millis;

	Payments(ShopProperties properties) {
		this.millis = properties.paymentTime().toMillis();
	}

	void charge(Buyer buyer) {
		try {
			TimeUnit.MILLISECONDS.sleep(this.millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Payment of %s interrupted".formatted(buyer.shortName()), ex);
		}
	}

}
