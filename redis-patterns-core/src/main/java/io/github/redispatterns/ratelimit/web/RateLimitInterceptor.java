package io.github.redispatterns.ratelimit.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.ratelimit.RateLimitOperation;
import io.github.redispatterns.ratelimit.RateLimited;

/**
 * Applies {@link RateLimited} to handler methods of Spring MVC before they are called,
 * and tells the client what is left.
 */
public final class RateLimitInterceptor implements HandlerInterceptor {

	private final HandlerLimits limits;

	private final RateLimitHeaders headers;

	private final RedisGateway gateway;

	/**
	 * Create the interceptor.
	 * @param limits decides
	 * @param headers which fields to send
	 * @param gateway waits for decisions
	 */
	public RateLimitInterceptor(HandlerLimits limits, RateLimitHeaders headers, RedisGateway gateway) {
		this.limits = limits;
		this.headers = headers;
		this.gateway = gateway;
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		// The second dispatch of an asynchronous request is no second request.
		if (handler instanceof HandlerMethod method && request.getDispatcherType() == DispatcherType.REQUEST) {
			this.limits.operation(method.getMethod())
				.ifPresent((operation) -> check(operation, new ServletExchange(request, response)));
		}
		return true;
	}

	private void check(RateLimitOperation operation, ServletExchange exchange) {
		Object path = exchange.attribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		this.headers.conclude(exchange, this.gateway.await(this.limits.decide(operation, exchange, path)));
	}

}
