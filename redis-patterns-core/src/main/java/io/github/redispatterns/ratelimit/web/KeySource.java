package io.github.redispatterns.ratelimit.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Whom a rule counts by.
 *
 * @param kind what begins the keys, so that a principal is never counted as an address
 * @param secret whether a key is as good as a password and must not stand in Redis: its
 * SHA-256 does
 * @param needs whether the key may depend on a variable of expressions, such as
 * {@code session}
 * @param value finds the key of a request
 */
public record KeySource(String kind, boolean secret, Predicate<String> needs, RequestKey value) {

	private static final Predicate<String> NOTHING = (variable) -> false;

	private static final String OWN = "key:";

	/**
	 * Count by principal.
	 * @return keys such as {@code principal:alice}
	 */
	public static KeySource principal() {
		return new KeySource("principal:", false, "principal"::equals, (request, path) -> {
			Principal principal = request.principal();
			return (principal != null) ? principal.getName() : null;
		});
	}

	/**
	 * Count by session.
	 * @return keys such as {@code session:} and a hash
	 */
	public static KeySource session() {
		return new KeySource("session:", true, "session"::equals, (request, path) -> request.sessionId());
	}

	/**
	 * Count by a field of the request, such as one with an API key.
	 * @param name the name of the field
	 * @return keys such as {@code x-api-key:} and a hash
	 */
	public static KeySource header(String name) {
		return new KeySource(name.toLowerCase(Locale.ROOT) + ":", true, NOTHING, (request, path) -> {
			List<String> values = request.header(name);
			return values.isEmpty() ? null : String.join(",", values);
		});
	}

	/**
	 * Count by tenant.
	 * @param resolver finds the tenant
	 * @return keys such as {@code tenant:acme}
	 */
	public static KeySource tenant(TenantResolver resolver) {
		return new KeySource("tenant:", false, (variable) -> true, (request, path) -> resolver.tenantOf(request));
	}

	/**
	 * Count by the address of the client.
	 * @param addresses finds the address
	 * @return keys such as {@code ip:192.0.2.7}
	 */
	public static KeySource address(ClientAddresses addresses) {
		return new KeySource("ip:", false, NOTHING, (request, path) -> addresses.of(request));
	}

	/**
	 * Count by an expression.
	 * @param expression gives the key
	 * @return keys such as {@code key:} and what the expression gives
	 */
	public static KeySource expression(RequestExpression expression) {
		return new KeySource(OWN, false, expression::uses, expression::text);
	}

	/**
	 * Count by a key of the application's own.
	 * @param key finds the key
	 * @return keys such as {@code key:} and what it gives
	 */
	public static KeySource of(RequestKey key) {
		return new KeySource(OWN, false, (variable) -> true, key);
	}

	String text(String key) {
		return this.kind + (this.secret ? hash(key) : key);
	}

	private static String hash(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
