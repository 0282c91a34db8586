package io.github.redispatterns.autoconfigure.ratelimit.web;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.redispatterns.autoconfigure.ratelimit.RateLimitAutoConfiguration;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.ratelimit.web.RateLimitExceptionHandler;
import io.github.redispatterns.ratelimit.web.RateLimitInterceptor;

/**
 * {@link AutoConfiguration Auto-configuration} of rate limits in Spring MVC.
 */
@AutoConfiguration(after = RateLimitAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(WebMvcConfigurer.class)
@ConditionalOnBean(RateLimiters.class)
public final class RateLimitWebAutoConfiguration {

	RateLimitWebAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitInterceptor rateLimitInterceptor(RateLimiters limiters, BeanFactory beans) {
		return new RateLimitInterceptor(limiters, beans);
	}

	@Bean
	@ConditionalOnMissingBean
	RateLimitExceptionHandler rateLimitExceptionHandler() {
		return new RateLimitExceptionHandler();
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

}
