package io.github.redispatterns.ratelimit.web;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A list of clients: those who are on it by address, by key, or by what an expression
 * says.
 *
 * @param addresses blocks of addresses
 * @param keys keys as the rule has them, without its prefix and not hashed
 * @param condition true for who is on the list
 */
public record RequestMatch(List<AddressRange> addresses, Set<String> keys, @Nullable RequestExpression condition) {

	/** The empty list. */
	public static final RequestMatch NOBODY = new RequestMatch(List.of(), Set.of(), null);

	public RequestMatch {
		addresses = List.copyOf(addresses);
		keys = Set.copyOf(keys);
	}

	boolean matches(@Nullable InetAddress client, @Nullable String key, LimitedRequest request,
			Map<String, String> path) {
		return (client != null && this.addresses.stream().anyMatch((range) -> range.contains(client)))
				|| (key != null && this.keys.contains(key))
				|| (this.condition != null && this.condition.isTrue(request, path));
	}

	boolean uses(String variable) {
		return this.condition != null && this.condition.uses(variable);
	}

}
