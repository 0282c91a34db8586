package io.github.redispatterns.coordination.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.coordination.IdempotencySettings;
import io.github.redispatterns.coordination.Idempotent;
import io.github.redispatterns.test.Redis;

/** A shop whose orders have keys. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(Orders.Api.class)
class Orders {

	static final int MAX_BODY = 1000;

	@Bean
	FilterRegistrationBean<IdempotencyFilter> idempotencyFilter() {
		FilterRegistrationBean<IdempotencyFilter> filter = new FilterRegistrationBean<>(new IdempotencyFilter());
		filter.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
		filter.setAsyncSupported(true);
		return filter;
	}

	@Bean
	FilterRegistrationBean<Filter> login() {
		FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>((request, response, chain) -> {
			String user = ((HttpServletRequest) request).getHeader("X-User");
			chain.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {

				@Override
				public @Nullable Principal getUserPrincipal() {
					return (user != null) ? () -> user : null;
				}

			}, response);
		});
		filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
		filter.setAsyncSupported(true);
		return filter;
	}

	@Bean
	IdempotencyExceptionHandler idempotencyExceptionHandler() {
		return new IdempotencyExceptionHandler();
	}

	@Bean
	WebMvcConfigurer interceptors(Redis redis, BeanFactory beans) {
		IdempotencyInterceptor interceptor = new IdempotencyInterceptor(redis.gateway(), redis.keys(),
				PayloadPipeline.of(redis.codec()), IdempotencySettings.ofDefaults(),
				new IdempotencyKeySettings(MAX_BODY, List.of("/by-path/**"), false), beans);
		return new WebMvcConfigurer() {

			@Override
			public void addInterceptors(InterceptorRegistry registry) {
				registry.addInterceptor(interceptor);
			}

		};
	}

	record Order(String item, int number) {
	}

	@RestController
	static class Api {

		private final AtomicInteger executions = new AtomicInteger();

		final CountDownLatch slow = new CountDownLatch(1);

		int executions() {
			return this.executions.get();
		}

		@Idempotent
		@PostMapping("/orders")
		ResponseEntity<Order> order(@RequestBody Order order, HttpServletResponse response) {
			response.addCookie(new Cookie("secret", "of-one-client"));
			return ResponseEntity.status(HttpStatus.CREATED)
				.header("Location", "/orders/1")
				.header("X-Part", "a", "b")
				.body(new Order(order.item(), this.executions.incrementAndGet()));
		}

		@Idempotent
		@PostMapping("/slow")
		String slow() throws InterruptedException {
			this.slow.await();
			return "slow " + this.executions.incrementAndGet();
		}

		@Idempotent(required = false)
		@PostMapping("/optional")
		String optional() {
			return "optional " + this.executions.incrementAndGet();
		}

		@Idempotent(scope = "#request.getHeader('X-Tenant')")
		@PostMapping("/scoped")
		String scoped() {
			return "scoped " + this.executions.incrementAndGet();
		}

		@Idempotent
		@PostMapping("/async")
		Callable<Order> async(@RequestBody Order order) {
			return () -> new Order(order.item(), this.executions.incrementAndGet());
		}

		@Idempotent
		@PostMapping("/form")
		String form(@RequestParam String item) {
			return item + " " + this.executions.incrementAndGet();
		}

		@Idempotent
		@PostMapping("/upload")
		String upload(@RequestParam MultipartFile file) throws IOException {
			return new String(file.getBytes(), StandardCharsets.UTF_8) + " " + this.executions.incrementAndGet();
		}

		@Idempotent
		@PostMapping("/writer")
		void writer(HttpServletResponse response) throws IOException {
			response.setContentType("text/plain;charset=UTF-8");
			response.getWriter().write("grün " + this.executions.incrementAndGet());
			response.flushBuffer();
		}

		@Idempotent
		@PostMapping("/redirect")
		void redirect(HttpServletResponse response) throws IOException {
			response.sendRedirect("/orders/" + this.executions.incrementAndGet());
		}

		@Idempotent
		@PostMapping("/large")
		String large() {
			return "x".repeat(MAX_BODY + this.executions.incrementAndGet());
		}

		@Idempotent
		@PostMapping("/refused")
		ResponseEntity<String> refused() {
			return ResponseEntity.status(HttpStatus.CONFLICT).body("busy " + this.executions.incrementAndGet());
		}

		@Idempotent
		@PostMapping("/error")
		void error(HttpServletResponse response) throws IOException {
			response.sendError(404, "none " + this.executions.incrementAndGet());
		}

		@Idempotent
		@PostMapping("/broken")
		void broken() {
			throw new IllegalStateException("broken " + this.executions.incrementAndGet());
		}

		@Idempotent(storedFailures = UnsupportedOperationException.class)
		@PostMapping("/declined")
		void declined() {
			throw new UnsupportedOperationException("declined " + this.executions.incrementAndGet());
		}

		@PostMapping("/by-path/orders")
		String byPath() {
			return "path " + this.executions.incrementAndGet();
		}

		@GetMapping("/by-path/orders")
		String read() {
			return "read " + this.executions.incrementAndGet();
		}

		@PostMapping("/plain")
		String plain(@RequestBody String body) {
			return body + " " + this.executions.incrementAndGet();
		}

		@ExceptionHandler
		ResponseEntity<String> handle(UnsupportedOperationException ex) {
			return ResponseEntity.status(HttpStatus.PAYMENT_REQUIRED).body(ex.getMessage());
		}

	}

}
