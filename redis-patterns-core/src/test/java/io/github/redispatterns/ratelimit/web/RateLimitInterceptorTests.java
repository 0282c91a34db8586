package io.github.redispatterns.ratelimit.web;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import jakarta.servlet.ServletException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.ratelimit.RateLimitPolicy;
import io.github.redispatterns.ratelimit.RateLimited;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RedisExtension.class)
class RateLimitInterceptorTests {

	private final Redis redis;

	private final MockMvcTester mvc;

	RateLimitInterceptorTests(Redis redis) {
		this.redis = redis;
		RateLimiters limiters = new RateLimiters(redis.gateway(), redis.keys(),
				List.of(RateLimitPolicy.tokenBucket("two", 2, Duration.ofMinutes(60))));
		this.mvc = MockMvcTester.create(MockMvcBuilders.standaloneSetup(new Shop())
			.addInterceptors(new RateLimitInterceptor(limiters, new DefaultListableBeanFactory()))
			.setControllerAdvice(new RateLimitExceptionHandler())
			.build());
	}

	@BeforeEach
	void forget() {
		this.redis.keysWithTtl().keySet().forEach(this.redis.commands()::del);
	}

	@Test
	void saysWhatIsLeft() {
		assertThat(this.mvc.get().uri("/by-path/alice")).hasStatusOk()
			.hasHeader("RateLimit-Policy", "\"two\";q=2;w=3600")
			.hasHeader("RateLimit", "\"two\";r=1;t=1800");
	}

	@Test
	void answersARefusalWithAProblem() {
		get("/by-path/bob");
		get("/by-path/bob");
		MvcTestResult refused = get("/by-path/bob");
		assertThat(refused).hasStatus(429)
			.hasHeader("Retry-After", "1800")
			.hasHeader("RateLimit", "\"two\";r=0;t=1800");
		assertThat(refused).hasContentType("application/problem+json").bodyJson().isLenientlyEqualTo("""
				{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","status":429,
				"violated-policies":["two"]}""");
		assertThat(get("/by-path/carol")).hasStatusOk();
	}

	@Test
	void countsByAddressWhereThereIsNoKey() {
		get("/by-address");
		assertThat(this.redis.keysWithTtl())
			.containsKey(this.redis.keys().child("two").child("t3600000").key("127.0.0.1"));
	}

	@Test
	void countsBySession() {
		this.mvc.get().uri("/by-session").sessionAttr("buyer", "dave").exchange();
		assertThat(this.redis.keysWithTtl())
			.containsOnlyKeys(this.redis.keys().child("two").child("t3600000").key("dave"));
	}

	@Test
	void refusesAKeyThatIsNull() {
		assertThat(get("/by-session")).hasFailed()
			.failure()
			.hasRootCauseInstanceOf(RedisPatternsException.class)
			.isInstanceOf(ServletException.class)
			.hasMessageContaining("is null");
	}

	@Test
	void countsAnAsynchronousRequestOnce() {
		assertThat(get("/async")).hasStatusOk().hasHeader("RateLimit", "\"two\";r=1;t=1800");
		assertThat(get("/async")).hasStatusOk();
	}

	@Test
	void leavesOtherHandlersAlone() {
		assertThat(get("/free")).hasStatusOk().doesNotContainHeader("RateLimit");
		assertThat(this.redis.commandsDuring(() -> get("/free"))).isEmpty();
	}

	private MvcTestResult get(String uri) {
		return this.mvc.get().uri(uri).exchange();
	}

	@RestController
	static class Shop {

		@GetMapping("/by-path/{who}")
		@RateLimited(policy = "two", key = "#who")
		String byPath(@PathVariable String who) {
			return who;
		}

		@GetMapping("/by-address")
		@RateLimited(policy = "two")
		String byAddress() {
			return "";
		}

		@GetMapping("/by-session")
		@RateLimited(policy = "two", key = "#session['buyer']")
		String bySession() {
			return "";
		}

		@GetMapping("/async")
		@RateLimited(policy = "two", key = "'async'")
		CompletableFuture<String> async() {
			return CompletableFuture.supplyAsync(() -> "later");
		}

		@GetMapping("/free")
		String free() {
			return "";
		}

	}

}
