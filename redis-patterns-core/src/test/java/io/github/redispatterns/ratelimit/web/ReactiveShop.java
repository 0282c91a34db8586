package io.github.redispatterns.ratelimit.web;

import java.security.Principal;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResultHandler;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebSession;
import reactor.core.publisher.Mono;

/** The shop in WebFlux. */
@Configuration(proxyBeanMethods = false)
@Import(Shop.class)
class ReactiveShop {

	@Bean
	RefusalHandlers refusals(ObjectProvider<HandlerAdapter> adapters, ObjectProvider<HandlerResultHandler> results) {
		return new RefusalHandlers(adapters, results);
	}

	@Bean
	RateLimitWebFilter rules(@Qualifier("requestLimits") RequestLimits limits, RateLimitHeaders headers,
			RefusalHandlers refusals) {
		return new RateLimitWebFilter(limits, headers, refusals, 0);
	}

	@Bean
	RateLimitWebFilter rulesInAnOutage(@Qualifier("outage") RequestLimits limits, RateLimitHeaders headers,
			RefusalHandlers refusals) {
		return new RateLimitWebFilter(limits, headers, refusals, 0);
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	WebFilter whoIsThere() {
		return (exchange, chain) -> {
			String user = exchange.getRequest().getHeaders().getFirst("X-User");
			Mono<Principal> principal = Mono.justOrEmpty(user).map((name) -> () -> name);
			return chain.filter(exchange.mutate().principal(principal).build());
		};
	}

	@Bean
	ConnectionMemory connectionMemory() {
		return new ConnectionMemory();
	}

	@Bean
	ReactiveRateLimitExceptionHandler rateLimitExceptionHandler(RateLimitHeaders headers) {
		return new ReactiveRateLimitExceptionHandler(headers);
	}

	@Bean
	RateLimitHandlerAdapter annotations(HandlerLimits limits, RateLimitHeaders headers,
			ObjectProvider<RequestMappingHandlerAdapter> delegate) {
		return new RateLimitHandlerAdapter(limits, headers, delegate);
	}

	@RestController
	static class Login {

		@GetMapping("/login")
		String login(WebSession session) {
			session.getAttributes().put("buyer", "dave");
			return "in";
		}

	}

}
