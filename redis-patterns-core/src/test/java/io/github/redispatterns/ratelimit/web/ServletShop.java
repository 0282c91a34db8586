package io.github.redispatterns.ratelimit.web;

import java.security.Principal;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.redispatterns.test.Redis;

/** The shop in a servlet container. */
@Configuration(proxyBeanMethods = false)
@Import(Shop.class)
class ServletShop {

	@Bean
	FilterRegistrationBean<RateLimitFilter> rules(@Qualifier("requestLimits") RequestLimits limits,
			RateLimitHeaders headers, Redis redis,
			@Qualifier("handlerExceptionResolver") HandlerExceptionResolver exceptions) {
		return filter(new RateLimitFilter(limits, headers, redis.gateway(), exceptions));
	}

	@Bean
	FilterRegistrationBean<RateLimitFilter> rulesInAnOutage(@Qualifier("outage") RequestLimits limits,
			RateLimitHeaders headers, Redis redis,
			@Qualifier("handlerExceptionResolver") HandlerExceptionResolver exceptions) {
		return filter(new RateLimitFilter(limits, headers, redis.gateway(), exceptions));
	}

	@Bean
	FilterRegistrationBean<Filter> whoIsThere() {
		FilterRegistrationBean<Filter> filter = filter((request, response, chain) -> {
			String user = ((HttpServletRequest) request).getHeader("X-User");
			chain.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {

				@Override
				public @Nullable Principal getUserPrincipal() {
					return (user != null) ? () -> user : null;
				}

			}, response);
		});
		filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
		return filter;
	}

	@Bean
	RateLimitExceptionHandler rateLimitExceptionHandler(RateLimitHeaders headers) {
		return new RateLimitExceptionHandler(headers);
	}

	@Bean
	WebMvcConfigurer interceptors(HandlerLimits limits, RateLimitHeaders headers, Redis redis) {
		RateLimitInterceptor interceptor = new RateLimitInterceptor(limits, headers, redis.gateway());
		return new WebMvcConfigurer() {

			@Override
			public void addInterceptors(InterceptorRegistry registry) {
				registry.addInterceptor(interceptor);
			}

		};
	}

	private static <T extends Filter> FilterRegistrationBean<T> filter(T filter) {
		FilterRegistrationBean<T> registration = new FilterRegistrationBean<>(filter);
		registration.setAsyncSupported(true);
		return registration;
	}

	@RestController
	static class Login {

		@GetMapping("/login")
		String login(HttpSession session) {
			session.setAttribute("buyer", "dave");
			return "in";
		}

	}

}
