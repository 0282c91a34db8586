package io.github.redispatterns.autoconfigure.ratelimit.web;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.redispatterns.autoconfigure.ratelimit.RateLimitAutoConfiguration;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.ratelimit.web.HandlerLimits;
import io.github.redispatterns.ratelimit.web.RateLimitExceptionHandler;
import io.github.redispatterns.ratelimit.web.RateLimitFilter;
import io.github.redispatterns.ratelimit.web.RateLimitHeaders;
import io.github.redispatterns.ratelimit.web.RateLimitInterceptor;
import io.github.redispatterns.ratelimit.web.RequestLimits;

/**
 * {@link AutoConfiguration Auto-configuration} of rate limits in Spring MVC.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(WebMvcConfigurer.class)
@ConditionalOnBean(RateLimiters.class)
@Import(RequestLimitsConfiguration.class)
public final class RateLimitWebMvcAutoConfiguration {

	RateLimitWebMvcAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitInterceptor rateLimitInterceptor(HandlerLimits limits, RateLimitHeaders headers, RedisGateway gateway) {
		return new RateLimitInterceptor(limits, headers, gateway);
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitExceptionHandler rateLimitExceptionHandler(RateLimitHeaders headers) {
		return new RateLimitExceptionHandler(headers);
	}

	@Bean
	WebMvcConfigurer rateLimitWebMvcConfigurer(RateLimitInterceptor interceptor) {
		return new WebMvcConfigurer() {

			@Override
			public void addInterceptors(InterceptorRegistry registry) {
				registry.addInterceptor(interceptor);
			}

		};
	}

	// The resolver is looked up late: filters are made before Spring MVC is.
	@Bean
	@ConditionalOnMissingBean(name = "rateLimitFilter")
	FilterRegistrationBean<RateLimitFilter> rateLimitFilter(RequestLimits limits, RateLimitHeaders headers,
			RedisGateway gateway, RateLimitWebProperties properties,
			@Qualifier("handlerExceptionResolver") ObjectProvider<HandlerExceptionResolver> exceptions) {
		FilterRegistrationBean<RateLimitFilter> filter = new FilterRegistrationBean<>(
				new RateLimitFilter(limits, headers, gateway, (request, response, handler, ex) -> exceptions.getObject()
					.resolveException(request, response, handler, ex)));
		filter.setEnabled(!limits.rules().isEmpty());
		filter.setOrder(RequestLimitsConfiguration.filterOrder(properties, limits));
		return filter;
	}

}
