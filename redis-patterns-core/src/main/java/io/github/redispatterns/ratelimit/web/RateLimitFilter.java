package io.github.redispatterns.ratelimit.web;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * Applies rules to all requests of a servlet application: also to static resources, to
 * what other filters answer, such as a login, and to what is not there. To be mapped to
 * the dispatcher type {@code REQUEST}. Who is refused is answered by the application's
 * exception handlers, as if a controller had thrown it; by those that write the answer,
 * since there is nobody to render a view.
 */
public final class RateLimitFilter extends HttpFilter {

	private final transient RequestLimits limits;

	private final transient RateLimitHeaders headers;

	private final transient RedisGateway gateway;

	private final transient HandlerExceptionResolver exceptions;

	/**
	 * Create the filter.
	 * @param limits decides
	 * @param headers which fields to send
	 * @param gateway waits for decisions
	 * @param exceptions answers refusals
	 */
	public RateLimitFilter(RequestLimits limits, RateLimitHeaders headers, RedisGateway gateway,
			HandlerExceptionResolver exceptions) {
		this.limits = limits;
		this.headers = headers;
		this.gateway = gateway;
		this.exceptions = exceptions;
	}

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		ServletExchange exchange = new ServletExchange(request, response);
		try {
			this.headers.conclude(exchange, this.gateway.await(this.limits.decide(exchange)));
		}
		catch (RedisPatternsException ex) {
			ModelAndView answered = this.exceptions.resolveException(request, response, null, ex);
			if (answered == null || !answered.isEmpty()) {
				throw ex;
			}
			return;
		}
		chain.doFilter(request, response);
	}

}
