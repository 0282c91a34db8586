package io.github.redispatterns.ratelimit.web;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/** Reads and writes IP addresses, without ever asking DNS. */
final class IpText {

	private IpText() {
	}

	/**
	 * Read an address, or an address with a port.
	 * @param text such as {@code 192.0.2.7}, {@code 192.0.2.7:80}, {@code 2001:db8::1} or
	 * {@code [2001:db8::1]:80}; an IPv4 address in IPv6 form is read as IPv4
	 * @return the address, or {@code null} if the text is none
	 */
	static @Nullable InetAddress parse(String text) {
		byte[] bytes = NetUtil.createByteArrayFromIpAddressString(withoutPort(text));
		if (bytes == null) {
			return null;
		}
		try {
			return InetAddress.getByAddress(bytes);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Write an address.
	 * @param address the address
	 * @return its short text, without a scope
	 */
	static String of(InetAddress address) {
		return NetUtil.toAddressString(address);
	}

	/**
	 * Write the network of an address.
	 * @param address the address
	 * @param prefix how many bits of it to keep
	 * @return the network, such as {@code 2001:db8::/64}
	 */
	static String network(Inet6Address address, int prefix) {
		byte[] bytes = address.getAddress();
		int whole = prefix / Byte.SIZE;
		if (whole < bytes.length) {
			bytes[whole] &= (byte) (0xff00 >>> (prefix % Byte.SIZE));
			Arrays.fill(bytes, whole + 1, bytes.length, (byte) 0);
		}
		try {
			return of(Inet6Address.getByAddress(null, bytes, -1)) + "/" + prefix;
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String withoutPort(String text) {
		int bracket = text.indexOf(']');
		if (text.startsWith("[") && bracket > 0) {
			return text.substring(1, bracket);
		}
		int colon = text.indexOf(':');
		return (colon >= 0 && colon == text.lastIndexOf(':')) ? text.substring(0, colon) : text;
	}

}
