package io.github.redispatterns.autoconfigure.ratelimit.web;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.github.redispatterns.ratelimit.web.ForwardedField;
import io.github.redispatterns.ratelimit.web.RateLimitHeaders.LegacyReset;
import io.github.redispatterns.ratelimit.web.RateLimitHeaders.Style;
import io.github.redispatterns.ratelimit.web.RequestRule.MissingKey;
import io.github.redispatterns.ratelimit.web.RequestRule.Scope;

/**
 * Settings of rate limits on HTTP requests.
 *
 * @param rules which requests are counted, by which policies, as whose
 * @param http what is read from requests and told to clients
 */
@ConfigurationProperties("redis-patterns.rate-limit")
public record RateLimitWebProperties(@DefaultValue List<Rule> rules, @DefaultValue Http http) {

	/**
	 * A rule.
	 *
	 * @param name name for logs, metrics and, by scope, keys (default: rule- and the
	 * position, from 0)
	 * @param paths patterns of paths, any of which has to match
	 * @param methods HTTP methods, all if none is named; GET includes HEAD
	 * @param policies names of policies, all of which have to allow a request; decided in
	 * one call
	 * @param key who is counted: ip, principal, session, tenant, header:name, bean:name,
	 * or a SpEL expression
	 * @param missingKey what becomes of a request without a key
	 * @param cost units that a request costs, a number or a SpEL expression
	 * @param scope what is counted together
	 * @param mode whether refusals are enforced
	 * @param order place among the rules, lowest first; rules of the same order stay as
	 * they are listed
	 * @param last whether rules behind this one are left out where it applies
	 * @param skip who is not counted
	 * @param deny who is refused in any case
	 */
	public record Rule(@Nullable String name, @DefaultValue("/**") List<String> paths,
			@DefaultValue Set<String> methods, @DefaultValue List<String> policies, @DefaultValue("ip") String key,
			@DefaultValue("address") MissingKey missingKey, @DefaultValue("1") String cost,
			@DefaultValue("shared") Scope scope, @DefaultValue("enforce") Mode mode, @DefaultValue("0") int order,
			@DefaultValue("false") boolean last, @DefaultValue Match skip, @DefaultValue Match deny) {
	}

	/**
	 * A list of clients.
	 *
	 * @param addresses addresses or blocks of them, such as 10.0.0.0/8
	 * @param keys keys as the rule finds them, such as names of principals
	 * @param when SpEL expression that is true for who is on the list
	 */
	public record Match(@DefaultValue List<String> addresses, @DefaultValue Set<String> keys, @Nullable String when) {
	}

	/**
	 * Settings of HTTP.
	 *
	 * @param headers fields that tell clients what is left
	 * @param legacyReset what X-RateLimit-Reset means
	 * @param trustedProxies addresses or blocks of proxies whose word on the client's
	 * address is taken (default: none, the client is who is connected)
	 * @param forwardedField field that the trusted proxies write
	 * @param ipv6Prefix bits of an IPv6 address that tell clients apart
	 * @param filterOrder place of the rules among the filters (default: before Spring
	 * Security, behind it if a rule looks at the principal)
	 */
	public record Http(@DefaultValue("ietf") Style headers, @DefaultValue("delta") LegacyReset legacyReset,
			@DefaultValue List<String> trustedProxies, @DefaultValue("x-forwarded-for") ForwardedField forwardedField,
			@DefaultValue("64") int ipv6Prefix, @Nullable Integer filterOrder) {
	}

	/** What comes of a refusal. */
	public enum Mode {

		/** The request is refused. */
		ENFORCE,

		/** The request passes; metrics tell. */
		SHADOW

	}

}
