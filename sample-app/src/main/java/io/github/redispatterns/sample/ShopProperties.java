package io.github.redispatterns.sample;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the shop.
 *
 * @param paymentTime time that a payment takes, long enough to see the lock at work
 */
@ConfigurationProperties("shop")
record ShopProperties(@DefaultValue("1500ms") Duration paymentTime) {

	private static final Duration LONGEST_PAYMENT = Duration.ofSeconds(8);

	ShopProperties {
		if (paymentTime.isNegative() || paymentTime.compareTo(LONGEST_PAYMENT) > 0) {
			throw new IllegalArgumentException(
					"shop.payment-time must be between 0s and %ds, within the lease of %s, but is %s"
						.formatted(LONGEST_PAYMENT.toSeconds(), BoxOffice.LEASE, paymentTime));
		}
	}

}
