package io.github.redispatterns.autoconfigure.ratelimit.web;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.context.reactive.ReactiveWebApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.autoconfigure.ratelimit.web.RateLimitWebProperties.Http;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.ratelimit.web.AddressRange;
import io.github.redispatterns.ratelimit.web.ClientAddresses;
import io.github.redispatterns.ratelimit.web.HandlerLimits;
import io.github.redispatterns.ratelimit.web.RateLimitHeaders;
import io.github.redispatterns.ratelimit.web.RequestLimits;

/** What servlets and WebFlux have in common. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RateLimitWebProperties.class)
class RequestLimitsConfiguration {

	private static final String PROPERTY = "redis-patterns.rate-limit.http";

	/** That of Spring Security's filter, for servlets and for WebFlux. */
	private static final int SECURITY_ORDER = -100;

	@Bean
	@ConditionalOnMissingBean
	ClientAddresses rateLimitClientAddresses(RateLimitWebProperties properties) {
		Http http = properties.http();
		return PropertyCheck.create(PROPERTY + ".ipv6-prefix", http.ipv6Prefix(),
				() -> new ClientAddresses(
						RuleFactory.each(PROPERTY + ".trusted-proxies", http.trustedProxies(), AddressRange::parse),
						http.forwardedField(), http.ipv6Prefix()));
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitHeaders rateLimitHeaders(RateLimitWebProperties properties) {
		return new RateLimitHeaders(properties.http().headers(), properties.http().legacyReset());
	}

	@Bean
	@ConditionalOnMissingBean
	RequestLimits requestLimits(RateLimitWebProperties properties, RateLimiters limiters, ClientAddresses addresses,
			BeanFactory beans, RedisGateway gateway) {
		return new RequestLimits(limiters, new RuleFactory(limiters, beans, addresses).create(properties.rules()),
				addresses, gateway.observations());
	}

	@Bean
	@ConditionalOnMissingBean
	HandlerLimits handlerLimits(RateLimiters limiters, BeanFactory beans, ClientAddresses addresses) {
		return new HandlerLimits(limiters, beans, addresses);
	}

	@Bean
	ForwardedHeadersCheck rateLimitForwardedHeadersCheck(ApplicationContext context, RateLimiters limiters,
			ClientAddresses addresses) {
		return new ForwardedHeadersCheck(context.getEnvironment(), limiters, addresses,
				context instanceof ReactiveWebApplicationContext);
	}

	/**
	 * Where the rules stand among the filters: before anybody is asked for a password, so
	 * that guessing is limited too, unless a rule has to know who is logged in.
	 * @param properties may say where
	 * @param limits the rules
	 * @return the order
	 */
	static int filterOrder(RateLimitWebProperties properties, RequestLimits limits) {
		Integer order = properties.http().filterOrder();
		int byDefault = limits.uses("principal") ? SECURITY_ORDER + 1 : SECURITY_ORDER - 1;
		return (order != null) ? order : byDefault;
	}

}
