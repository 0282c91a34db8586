package io.github.redispatterns.coordination.web;

import java.io.IOException;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests with the field {@code Idempotency-Key} such that
 * {@link IdempotencyInterceptor} can compare them and keep their responses. To be mapped
 * to the dispatcher types {@code REQUEST} and {@code ASYNC}.
 */
public final class IdempotencyFilter implements Filter {

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		Exchange exchange = exchange((HttpServletRequest) request, (HttpServletResponse) response);
		if (exchange == null) {
			chain.doFilter(request, response);
			return;
		}
		try {
			boolean first = request.getDispatcherType() == DispatcherType.REQUEST;
			chain.doFilter(first ? exchange.request() : request, first ? exchange.response() : response);
		}
		catch (IOException | ServletException | RuntimeException | Error ex) {
			exchange.fail();
			throw ex;
		}
		if (request.isAsyncStarted()) {
			request.getAsyncContext().addListener(exchange);
		}
		else {
			exchange.finish();
		}
	}

	private static @Nullable Exchange exchange(HttpServletRequest request, HttpServletResponse response) {
		if (request.getHeader(IdempotencyKeyField.NAME) == null) {
			return null;
		}
		Exchange present = Exchange.of(request);
		return (present == null && request.getDispatcherType() == DispatcherType.REQUEST)
				? new Exchange(request, response) : present;
	}

}
