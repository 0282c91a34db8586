package io.github.redispatterns.ratelimit.web;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.filter.ForwardedHeaderFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ClientAddressesTests {

	private static final String XFF = "X-Forwarded-For";

	private static final String FORWARDED = "Forwarded";

	private final ClientAddresses trusting = addresses(ForwardedField.X_FORWARDED_FOR);

	private final ClientAddresses byRfc = addresses(ForwardedField.FORWARDED);

	@Test
	void isTheRemoteAddressWhereNobodyIsTrusted() {
		assertThat(ClientAddresses.REMOTE.of(StubRequest.from("10.0.0.1").with(XFF, "192.0.2.7")))
			.isEqualTo("10.0.0.1");
	}

	@Test
	void isWhoATrustedProxyForwardsFor() {
		assertThat(this.trusting.of(StubRequest.from("10.0.0.1").with(XFF, "192.0.2.7"))).isEqualTo("192.0.2.7");
	}

	@Test
	void goesPastAllTrustedProxiesAndNoFurther() {
		assertThat(this.trusting.of(StubRequest.from("10.0.0.1").with(XFF, "1.1.1.1, 192.0.2.7, 10.9.9.9")))
			.isEqualTo("192.0.2.7");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1.1.1.1", "10.0.0.9", "10.0.0.9, 10.0.0.8", "192.0.2.9, 10.0.0.9", "unknown", "", ",,," })
	void givesNothingToWhoMakesItUp(String spoofed) {
		assertThat(this.trusting.of(StubRequest.from("10.0.0.1").with(XFF, spoofed + ", 192.0.2.7")))
			.isEqualTo("192.0.2.7");
		assertThat(this.trusting.of(StubRequest.from("10.0.0.1").with(XFF, spoofed, "192.0.2.7")))
			.isEqualTo("192.0.2.7");
		assertThat(this.trusting.of(StubRequest.from("192.0.2.7").with(XFF, spoofed))).isEqualTo("192.0.2.7");
	}

	@Test
	void readsOnlyTheFieldThatProxiesWrite() {
		StubRequest request = StubRequest.from("10.0.0.1").with(XFF, "192.0.2.7").with(FORWARDED, "for=1.1.1.1");
		assertThat(this.trusting.of(request)).isEqualTo("192.0.2.7");
		assertThat(this.byRfc.of(request)).isEqualTo("1.1.1.1");
	}

	@Test
	void staysAtTheProxyThatDoesNotTell() {
		assertThat(this.trusting.of(StubRequest.from("10.0.0.1").with(XFF, "192.0.2.7, unknown")))
			.isEqualTo("10.0.0.1");
		assertThat(this.trusting.of(StubRequest.from("10.0.0.1"))).isEqualTo("10.0.0.1");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			for=192.0.2.7                                             | 192.0.2.7
			For="192.0.2.7:4711";proto=https;by=10.0.0.1              | 192.0.2.7
			for=1.1.1.1, for=192.0.2.7;host="a,b;c", for=10.0.0.5     | 192.0.2.7
			for="[2001:db8:cafe:1:2::17]:4711"                        | 2001:db8:cafe:1::/64
			proto=https, for=10.0.0.5                                 | 10.0.0.5
			for=_hidden, for=10.0.0.5                                 | 10.0.0.5
			for=unknown                                               | 10.0.0.1
			for=", for=192.0.2.7                                      | 10.0.0.1
			for=1.1.1.1;x=", for="[2001:db8::1]"                      | 10.0.0.1
			""")
	void readsForwarded(String line, String client) {
		assertThat(this.byRfc.of(StubRequest.from("10.0.0.1").with(FORWARDED, line))).isEqualTo(client);
	}

	@Test
	void believesNothingOfAMalformedLineButTheOthers() {
		assertThat(this.byRfc.of(StubRequest.from("10.0.0.1").with(FORWARDED, "for=\"", "for=192.0.2.7")))
			.isEqualTo("192.0.2.7");
		assertThat(this.byRfc.of(StubRequest.from("10.0.0.1").with(FORWARDED, "for=\"", "for=10.0.0.5")))
			.isEqualTo("10.0.0.5");
	}

	@Test
	void readsALongFieldInNoTimeWorthTheName() {
		String line = "for=10.0.0.5;x=\"" + "\\\"".repeat(100_000);
		assertThat(this.byRfc.of(StubRequest.from("10.0.0.1").with(FORWARDED, line))).isEqualTo("10.0.0.1");
	}

	@ParameterizedTest
	@CsvSource({ "2001:db8:1:2:3:4:5:6, 64, 2001:db8:1:2::/64", "2001:db8:1:2ff:3:4:5:6, 56, 2001:db8:1:200::/56",
			"2001:db8:1:2:3:4:5:6, 128, 2001:db8:1:2:3:4:5:6/128", "ffff:db8::, 1, 8000::/1",
			"::ffff:192.0.2.7, 64, 192.0.2.7" })
	void countsIpv6ByNetwork(String remote, int prefix, String client) {
		assertThat(new ClientAddresses(List.of(), ForwardedField.FORWARDED, prefix).of(StubRequest.from(remote)))
			.isEqualTo(client);
	}

	@Test
	void refusesAPrefixOutOfRange() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ClientAddresses(List.of(), ForwardedField.FORWARDED, 129));
	}

	@Test
	void looksBelowSpringsForwardedHeaderFilter() throws Exception {
		MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
		request.setRemoteAddr("10.0.0.1");
		request.addHeader(XFF, "1.1.1.1, 192.0.2.7");
		MockFilterChain chain = new MockFilterChain();
		MockHttpServletResponse response = new MockHttpServletResponse();
		new ForwardedHeaderFilter().doFilter(request, response, chain);
		ServletExchange seen = new ServletExchange((HttpServletRequest) Objects.requireNonNull(chain.getRequest()),
				response);
		assertThat(seen.remoteAddress()).isEqualTo("1.1.1.1");
		assertThat(this.trusting.of(seen)).isEqualTo("192.0.2.7");
	}

	private static ClientAddresses addresses(ForwardedField field) {
		return new ClientAddresses(Stream.of("10.0.0.0/8", "::1").map(AddressRange::parse).toList(), field, 64);
	}

}
