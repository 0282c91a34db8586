package io.github.redispatterns.sample;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ShopPropertiesTests {

	@Test
	void paymentMayTakeNoTime() {
		assertThat(new ShopProperties(Duration.ZERO).paymentTime()).isZero();
	}

	@ParameterizedTest
	@ValueSource(longs = { -1, 9 })
	void paymentMustEndBeforeTheLease(long seconds) {
		assertThatIllegalArgumentException().isThrownBy(() -> new ShopProperties(Duration.ofSeconds(seconds)))
			.withMessageContaining("shop.payment-time")
			.withMessageContaining("PT" + seconds + "S");
	}

}
