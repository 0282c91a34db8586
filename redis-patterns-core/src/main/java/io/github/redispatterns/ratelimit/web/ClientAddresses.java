package io.github.redispatterns.ratelimit.web;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Finds out who a client is, by its address. Without trusted proxies that is the remote
 * address. With them the field that they write is read from right to left, from the
 * connection on, for as long as whoever is found is trusted: the first that is not is the
 * client. What the client itself wrote stands further left and is never looked at.
 * <p>
 * An address of IPv6 counts by its network, since a client usually has a whole one.
 *
 * @param trustedProxies whose word is taken
 * @param field the field that they write; any other may come from the client
 * @param ipv6Prefix how many bits of an IPv6 address tell clients apart, 1 to 128
 */
public record ClientAddresses(List<AddressRange> trustedProxies, ForwardedField field, int ipv6Prefix) {

	/** Remote addresses only, IPv6 by networks of 64 bits. */
	public static final ClientAddresses REMOTE = new ClientAddresses(List.of(), ForwardedField.X_FORWARDED_FOR, 64);

	private static final String UNKNOWN = "unknown";

	/**
	 * Check the prefix.
	 * @throws IllegalArgumentException if it is out of range
	 */
	public ClientAddresses {
		trustedProxies = List.copyOf(trustedProxies);
		if (ipv6Prefix < 1 || ipv6Prefix > 128) {
			throw new IllegalArgumentException("The prefix must be from 1 to 128 but is " + ipv6Prefix);
		}
	}

	/**
	 * Find the client of a request.
	 * @param request the request
	 * @return its address, or its network; {@code unknown} where the connection has no
	 * address
	 */
	public String of(LimitedRequest request) {
		InetAddress client = address(request);
		if (client == null) {
			return UNKNOWN;
		}
		return (client instanceof Inet6Address wide) ? IpText.network(wide, this.ipv6Prefix) : IpText.of(client);
	}

	/**
	 * Find the address of the client.
	 * @param request the request
	 * @return the address, or {@code null} where the connection has none
	 */
	@Nullable InetAddress address(LimitedRequest request) {
		if (this.trustedProxies.isEmpty()) {
			return parse(request.remoteAddress());
		}
		InetAddress client = parse(request.connectionAddress());
		for (Optional<String> hop : this.field.nearestFirst(request.forwarded(this.field.fieldName()))) {
			InetAddress next = hop.map(IpText::parse).orElse(null);
			if (client == null || next == null || !isTrusted(client)) {
				return client;
			}
			client = next;
		}
		return client;
	}

	private boolean isTrusted(InetAddress address) {
		return this.trustedProxies.stream().anyMatch((range) -> range.contains(address));
	}

	private static @Nullable InetAddress parse(@Nullable String address) {
		return (address != null) ? IpText.parse(address) : null;
	}

}
