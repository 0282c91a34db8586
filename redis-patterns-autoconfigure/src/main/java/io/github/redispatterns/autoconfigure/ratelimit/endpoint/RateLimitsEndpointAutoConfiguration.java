package io.github.redispatterns.autoconfigure.ratelimit.endpoint;

import java.util.List;
import java.util.Locale;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.util.pattern.PathPattern;

import io.github.redispatterns.autoconfigure.ratelimit.RateLimitAutoConfiguration;
import io.github.redispatterns.autoconfigure.ratelimit.web.RateLimitWebFluxAutoConfiguration;
import io.github.redispatterns.autoconfigure.ratelimit.web.RateLimitWebMvcAutoConfiguration;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.ratelimit.web.RequestLimits;
import io.github.redispatterns.ratelimit.web.RequestRule;

/**
 * {@link AutoConfiguration Auto-configuration} of the actuator endpoint
 * {@code ratelimits}.
 */
@AutoConfiguration(after = { RateLimitAutoConfiguration.class, RateLimitWebMvcAutoConfiguration.class,
		RateLimitWebFluxAutoConfiguration.class })
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(RateLimiters.class)
@ConditionalOnAvailableEndpoint(RateLimitsEndpoint.class)
public final class RateLimitsEndpointAutoConfiguration {

	RateLimitsEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitsEndpoint rateLimitsEndpoint(RateLimiters limiters) {
		return new RateLimitsEndpoint(limiters, List.of());
	}

	/** Where there are HTTP requests. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(PathPattern.class)
	@ConditionalOnBean(RequestLimits.class)
	static class WithRules {

		@Bean
		@ConditionalOnMissingBean
		RateLimitsEndpoint rateLimitsEndpoint(RateLimiters limiters, RequestLimits limits) {
			return new RateLimitsEndpoint(limiters, limits.rules().stream().map(WithRules::describe).toList());
		}

		private static RateLimitsEndpoint.Rule describe(RequestRule rule) {
			return new RateLimitsEndpoint.Rule(rule.name(),
					rule.paths().stream().map(PathPattern::getPatternString).toList(), rule.methods(), rule.policies(),
					rule.key().kind().replaceFirst(":$", ""), rule.scope().name().toLowerCase(Locale.ROOT),
					rule.options().shadow(), rule.options().last());
		}

	}

}
