package io.github.redispatterns.autoconfigure.coordination.web;

import java.util.EnumSet;

import jakarta.servlet.DispatcherType;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.autoconfigure.coordination.CoordinationAutoConfiguration;
import io.github.redispatterns.autoconfigure.coordination.CoordinationProperties;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.coordination.IdempotentOperations;
import io.github.redispatterns.coordination.web.IdempotencyExceptionHandler;
import io.github.redispatterns.coordination.web.IdempotencyFilter;
import io.github.redispatterns.coordination.web.IdempotencyInterceptor;
import io.github.redispatterns.coordination.web.IdempotencyKeySettings;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * {@link AutoConfiguration Auto-configuration} of the HTTP field {@code Idempotency-Key}
 * in Spring MVC.
 */
@AutoConfiguration(after = CoordinationAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(WebMvcConfigurer.class)
@ConditionalOnBean(IdempotentOperations.class)
public final class CoordinationWebAutoConfiguration {

	/** After the interceptors of rate limits: a request too many is not even claimed. */
	private static final int ORDER = 100;

	CoordinationWebAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	IdempotencyKeySettings idempotencyKeySettings(CoordinationProperties properties) {
		CoordinationProperties.Http http = properties.idempotency().http();
		return PropertyCheck.create("redis-patterns.coordination.idempotency.http.max-body-size", http.maxBodySize(),
				() -> new IdempotencyKeySettings(Math.toIntExact(http.maxBodySize().toBytes()), http.paths(),
						http.required()));
	}

	@Bean(CoordinationAutoConfiguration.INTERCEPTOR)
	@ConditionalOnMissingBean
	IdempotencyInterceptor idempotencyInterceptor(RedisGateway gateway, KeySpace keySpace, PayloadPipeline payloads,
			IdempotentOperations operations, IdempotencyKeySettings settings, BeanFactory beans) {
		return new IdempotencyInterceptor(gateway, keySpace.child("coordination").child("request"), payloads,
				operations.settings(), settings, beans);
	}

	@Bean
	@ConditionalOnMissingBean
	IdempotencyExceptionHandler idempotencyExceptionHandler() {
		return new IdempotencyExceptionHandler();
	}

	@Bean
	FilterRegistrationBean<IdempotencyFilter> idempotencyFilter() {
		FilterRegistrationBean<IdempotencyFilter> filter = new FilterRegistrationBean<>(new IdempotencyFilter());
		filter.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
		return filter;
	}

	@Bean
	WebMvcConfigurer idempotencyWebMvcConfigurer(IdempotencyInterceptor interceptor) {
		return new WebMvcConfigurer() {

			@Override
			public void addInterceptors(InterceptorRegistry registry) {
				registry.addInterceptor(interceptor).order(ORDER);
			}

		};
	}

}
