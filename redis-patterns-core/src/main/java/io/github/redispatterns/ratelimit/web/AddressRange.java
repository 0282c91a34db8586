package io.github.redispatterns.ratelimit.web;

import java.net.InetAddress;

import org.jspecify.annotations.Nullable;

/**
 * A block of IP addresses (CIDR, RFC 4632), such as {@code 10.0.0.0/8},
 * {@code 2001:db8::/32}, or a single address.
 *
 * @param network an address of the block
 * @param prefix how many leading bits are the same in the whole block
 */
public record AddressRange(InetAddress network, int prefix) {

	/**
	 * Check the prefix.
	 * @throws IllegalArgumentException if the address has fewer bits
	 */
	public AddressRange {
		int bits = network.getAddress().length * Byte.SIZE;
		if (prefix < 0 || prefix > bits) {
			throw new IllegalArgumentException(
					"The prefix of %s must be from 0 to %d but is %d".formatted(IpText.of(network), bits, prefix));
		}
	}

	/**
	 * Read a block.
	 * @param text an address, with or without a prefix; names are not looked up
	 * @return the block
	 * @throws IllegalArgumentException if the text is none
	 */
	public static AddressRange parse(String text) {
		int slash = text.indexOf('/');
		String address = (slash < 0) ? text : text.substring(0, slash);
		InetAddress network = IpText.parse(address.strip());
		if (network == null) {
			throw invalid(text);
		}
		return new AddressRange(network,
				(slash < 0) ? network.getAddress().length * Byte.SIZE : prefix(text, text.substring(slash + 1)));
	}

	/**
	 * Whether an address is in this block.
	 * @param address an address; one of the other version is never
	 * @return whether it is
	 */
	public boolean contains(InetAddress address) {
		byte[] bytes = address.getAddress();
		byte[] ours = this.network.getAddress();
		if (bytes.length != ours.length) {
			return false;
		}
		int whole = this.prefix / Byte.SIZE;
		for (int i = 0; i < whole; i++) {
			if (bytes[i] != ours[i]) {
				return false;
			}
		}
		int rest = this.prefix % Byte.SIZE;
		return rest == 0 || (bytes[whole] & 0xff) >>> (Byte.SIZE - rest) == (ours[whole] & 0xff) >>> (Byte.SIZE - rest);
	}

	private static int prefix(String text, String prefix) {
		try {
			return Integer.parseInt(prefix.strip());
		}
		catch (NumberFormatException ex) {
			throw invalid(text);
		}
	}

	private static IllegalArgumentException invalid(@Nullable String text) {
		return new IllegalArgumentException(
				"'%s' is no block of addresses: write one such as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7"
					.formatted(text));
	}

}
