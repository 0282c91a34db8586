package io.github.redispatterns.autoconfigure.ratelimit.web;

import java.util.Locale;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.core.env.Environment;

import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.ratelimit.web.ClientAddresses;

/**
 * Warns where a client might choose the address by which it is counted, because a server
 * or a filter believes what stands in {@code X-Forwarded-For} or {@code Forwarded}.
 */
final class ForwardedHeadersCheck implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(ForwardedHeadersCheck.class);

	private static final String STRATEGY = "server.forward-headers-strategy";

	private final Environment environment;

	private final RateLimiters limiters;

	private final ClientAddresses addresses;

	private final boolean reactive;

	ForwardedHeadersCheck(Environment environment, RateLimiters limiters, ClientAddresses addresses, boolean reactive) {
		this.environment = environment;
		this.limiters = limiters;
		this.addresses = addresses;
		this.reactive = reactive;
	}

	@Override
	public void afterSingletonsInstantiated() {
		String strategy = strategy();
		if (this.limiters.names().isEmpty() || strategy.equals("none")) {
			return;
		}
		if (this.reactive && strategy.equals("native")) {
			logger.warn("Rate limits by address can be escaped: with " + STRATEGY + "=native the server takes the "
					+ "client's address from a field that the client may have written. Use none or framework, and "
					+ "name your proxies in redis-patterns.rate-limit.http.trusted-proxies.");
		}
		else if (this.addresses.trustedProxies().isEmpty()) {
			logger.warn("Rate limits by address may be escaped: forwarded headers are on (" + STRATEGY + "=" + strategy
					+ ") but nobody says which proxies may write them. Name your proxies in "
					+ "redis-patterns.rate-limit.http.trusted-proxies.");
		}
	}

	private String strategy() {
		String strategy = this.environment.getProperty(STRATEGY, "").strip().toLowerCase(Locale.ROOT);
		if (!strategy.isEmpty()) {
			return strategy;
		}
		CloudPlatform platform = CloudPlatform.getActive(this.environment);
		boolean on = (platform != null && platform.isUsingForwardHeaders())
				|| this.environment.containsProperty("server.tomcat.remoteip.remote-ip-header");
		return on ? "native" : "none";
	}

}
