package io.github.redispatterns.autoconfigure.ratelimit.web;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResultHandler;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;

import io.github.redispatterns.autoconfigure.ratelimit.RateLimitAutoConfiguration;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.ratelimit.web.ConnectionMemory;
import io.github.redispatterns.ratelimit.web.HandlerLimits;
import io.github.redispatterns.ratelimit.web.RateLimitHandlerAdapter;
import io.github.redispatterns.ratelimit.web.RateLimitHeaders;
import io.github.redispatterns.ratelimit.web.RateLimitWebFilter;
import io.github.redispatterns.ratelimit.web.ReactiveRateLimitExceptionHandler;
import io.github.redispatterns.ratelimit.web.RefusalHandlers;
import io.github.redispatterns.ratelimit.web.RequestLimits;

/**
 * {@link AutoConfiguration Auto-configuration} of rate limits in Spring WebFlux.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(WebFluxConfigurer.class)
@ConditionalOnBean(RateLimiters.class)
@Import(RequestLimitsConfiguration.class)
public final class RateLimitWebFluxAutoConfiguration {

	RateLimitWebFluxAutoConfiguration() {
	}

	@Bean
	ConnectionMemory rateLimitConnectionMemory() {
		return new ConnectionMemory();
	}

	@Bean
	@ConditionalOnMissingBean
	ReactiveRateLimitExceptionHandler rateLimitExceptionHandler(RateLimitHeaders headers) {
		return new ReactiveRateLimitExceptionHandler(headers);
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitWebFilter rateLimitWebFilter(RequestLimits limits, RateLimitHeaders headers,
			ObjectProvider<HandlerAdapter> adapters, ObjectProvider<HandlerResultHandler> results,
			RateLimitWebProperties properties) {
		return new RateLimitWebFilter(limits, headers, new RefusalHandlers(adapters, results),
				RequestLimitsConfiguration.filterOrder(properties, limits));
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitHandlerAdapter rateLimitHandlerAdapter(HandlerLimits limits, RateLimitHeaders headers,
			ObjectProvider<RequestMappingHandlerAdapter> delegate) {
		return new RateLimitHandlerAdapter(limits, headers, delegate);
	}

}
