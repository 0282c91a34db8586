package io.github.redispatterns.ratelimit.web;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

import io.github.redispatterns.annotation.web.RequestVariables;
import io.github.redispatterns.ratelimit.Decision;
import io.github.redispatterns.ratelimit.RateLimitOperation;
import io.github.redispatterns.ratelimit.RateLimited;
import io.github.redispatterns.ratelimit.RateLimiters;

/**
 * Applies {@link RateLimited} to handler methods before they are called, and tells the
 * client what is left in the {@code RateLimit} fields.
 */
public final class RateLimitInterceptor implements HandlerInterceptor {

	private final RateLimiters limiters;

	private final BeanFactory beans;

	private final Map<Method, Optional<RateLimitOperation>> operations = new ConcurrentHashMap<>();

	/**
	 * Create the interceptor.
	 * @param limiters the limiters
	 * @param beans for references to beans in keys
	 */
	public RateLimitInterceptor(RateLimiters limiters, BeanFactory beans) {
		this.limiters = limiters;
		this.beans = beans;
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		// The second dispatch of an asynchronous request is no second request.
		if (handler instanceof HandlerMethod method && request.getDispatcherType() == DispatcherType.REQUEST) {
			operation(method.getMethod()).ifPresent((operation) -> check(operation, request, response));
		}
		return true;
	}

	private void check(RateLimitOperation operation, HttpServletRequest request, HttpServletResponse response) {
		Decision decision = operation.acquire((key) -> key.evaluate(RequestVariables.of(request)),
				request::getRemoteAddr);
		RateLimitFields.write(decision, response::setHeader);
	}

	private Optional<RateLimitOperation> operation(Method method) {
		return this.operations.computeIfAbsent(method,
				(key) -> Optional.ofNullable(AnnotatedElementUtils.findMergedAnnotation(method, RateLimited.class))
					.map((annotation) -> RateLimitOperation.compile(annotation, method, this.limiters, this.beans)));
	}

}
