package io.github.redispatterns.ratelimit.web;

import java.net.InetAddress;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class AddressRangeTests {

	@ParameterizedTest
	@CsvSource({ "10.0.0.0/8, 10.255.0.1, true", "10.0.0.0/8, 11.0.0.0, false", "192.0.2.7, 192.0.2.7, true",
			"192.0.2.7, 192.0.2.6, false", "192.0.2.128/25, 192.0.2.127, false", "192.0.2.128/25, 192.0.2.200, true",
			"172.16.0.0/12, 172.31.255.255, true", "172.16.0.0/12, 172.32.0.0, false", "0.0.0.0/0, 8.8.8.8, true",
			"0.0.0.0/0, 2001:db8::1, false", "2001:db8::/32, 2001:db8:ffff::1, true",
			"2001:db8::/32, 2001:db9::, false", "::1, ::1, true", "10.0.0.0/8, ::ffff:10.1.2.3, true" })
	void containsWhatBeginsTheSame(String range, String address, boolean contained) {
		assertThat(AddressRange.parse(range).contains(address(address))).isEqualTo(contained);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "proxy.example", "10.0.0.0/x", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "10.0.0/8",
			"10.0.0.256" })
	void refusesWhatIsNoBlockWithoutAskingDns(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> AddressRange.parse(text));
	}

	@Test
	void namesTheFix() {
		assertThatIllegalArgumentException().isThrownBy(() -> AddressRange.parse("localhost"))
			.withMessageContaining("'localhost'")
			.withMessageContaining("10.0.0.0/8");
	}

	private static InetAddress address(String text) {
		return Objects.requireNonNull(IpText.parse(text));
	}

}
