package io.github.redispatterns.ratelimit.web;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.pattern.PathPatternParser;

import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.gateway.Timers;
import io.github.redispatterns.ratelimit.Bandwidth;
import io.github.redispatterns.ratelimit.HotKeys;
import io.github.redispatterns.ratelimit.RateLimitAlgorithm;
import io.github.redispatterns.ratelimit.RateLimitExceededException;
import io.github.redispatterns.ratelimit.RateLimitPolicy;
import io.github.redispatterns.ratelimit.RateLimited;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.ratelimit.web.RateLimitHeaders.LegacyReset;
import io.github.redispatterns.ratelimit.web.RateLimitHeaders.Style;
import io.github.redispatterns.ratelimit.web.RequestRule.MissingKey;
import io.github.redispatterns.ratelimit.web.RequestRule.Options;
import io.github.redispatterns.ratelimit.web.RequestRule.Scope;
import io.github.redispatterns.test.Redis;

/**
 * A shop with limits, of which {@link ServletShop} and {@link ReactiveShop} make an
 * application.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Shop {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final HotKeys ASK_ALWAYS = new HotKeys(Duration.ZERO, Duration.ZERO);

	@Bean
	RateLimiters limiters(Redis redis) {
		return limiters(redis, redis.gateway().withTimeout(PATIENCE));
	}

	@Bean
	RateLimitHeaders headers() {
		return new RateLimitHeaders(Style.BOTH, LegacyReset.DELTA);
	}

	/** The proxies are this machine and the network 10. */
	@Bean
	ClientAddresses addresses() {
		return new ClientAddresses(List.of(AddressRange.parse("127.0.0.0/8"), AddressRange.parse("10.0.0.0/8")),
				ForwardedField.X_FORWARDED_FOR, 64);
	}

	@Bean
	HandlerLimits handlerLimits(RateLimiters limiters, BeanFactory beans, ClientAddresses addresses) {
		return new HandlerLimits(limiters, beans, addresses);
	}

	@Bean
	RequestLimits requestLimits(Redis redis, RateLimiters limiters, ClientAddresses addresses, BeanFactory beans) {
		return new RequestLimits(limiters, rules(addresses, beans), addresses, redis.gateway().observations());
	}

	@Bean
	LettuceConnectionFactory down() {
		return Redis.connect("localhost", 1);
	}

	@Bean
	Timers timers() {
		return new Timers();
	}

	/** Rules whose Redis is down. */
	@Bean
	RequestLimits outage(Redis redis, ClientAddresses addresses, LettuceConnectionFactory down, Timers timers) {
		RedisGateway nowhere = new RedisGateway(down, Duration.ofMillis(200), timers);
		return new RequestLimits(limiters(redis, nowhere),
				List.of(rule("outage", "/outage", KeySource.address(addresses), "two")), addresses,
				redis.gateway().observations());
	}

	private static RateLimiters limiters(Redis redis, RedisGateway gateway) {
		return new RateLimiters(gateway, redis.keys(),
				List.of(RateLimitPolicy.tokenBucket("two", 2, HOUR), RateLimitPolicy.tokenBucket("ten", 10, HOUR),
						RateLimitPolicy.tokenBucket("fast", 1, Duration.ofSeconds(2)), RateLimitPolicy.of("slow",
								RateLimitAlgorithm.LEAKY_BUCKET, new Bandwidth(1, Duration.ofMinutes(1), 1))),
				(policy, key) -> policy, ASK_ALWAYS);
	}

	private static List<RequestRule> rules(ClientAddresses addresses, BeanFactory beans) {
		KeySource address = KeySource.address(addresses);
		KeySource tea = KeySource.expression(RequestExpression.parse("#kind", beans));
		RequestMatch skip = new RequestMatch(List.of(AddressRange.parse("192.0.2.1")), Set.of(), null);
		RequestMatch deny = new RequestMatch(List.of(AddressRange.parse("198.51.100.0/24")), Set.of("mallory"),
				RequestExpression.parse("#request.method.toString() == 'DELETE'", beans));
		RequestCost three = new RequestCost(0, RequestExpression.parse("#kind == 'green' ? 3 : 1", beans));
		return List.of(rule("limited", "/limited/**", address, "two"),
				rule("several", "/several", address, "two", "ten"), rule("fast", "/fast", address, "fast"),
				rule("by-path", "/tea/{kind}", tea, three, Options.NONE, "ten"),
				rule("by-user", "/user", KeySource.principal(), "two"),
				rule("by-session", "/session", KeySource.session(), "two"),
				rule("by-api-key", "/api-key", KeySource.header("X-Api-Key"), "two"),
				rule("listed", "/listed", KeySource.principal(), RequestCost.ONE, new Options(false, false, skip, deny),
						"two"),
				rule("shadow", "/shadow", address, RequestCost.ONE, new Options(true, true, RequestMatch.NOBODY, deny),
						"two"),
				rule("behind", "/shadow", address, "ten"), rule("both", "/annotated/**", address, "ten"),
				rule("broken", "/broken",
						KeySource.expression(RequestExpression.parse("#request.noSuchProperty", beans)), "two"));
	}

	private static RequestRule rule(String name, String path, KeySource key, String... policies) {
		return rule(name, path, key, RequestCost.ONE, Options.NONE, policies);
	}

	private static RequestRule rule(String name, String path, KeySource key, RequestCost cost, Options options,
			String... policies) {
		Set<String> methods = name.equals("limited") ? Set.of("GET") : Set.of();
		return new RequestRule(name, List.of(PathPatternParser.defaultInstance.parse(path)), methods,
				Set.copyOf(Arrays.asList(policies)), key, MissingKey.ADDRESS, cost, Scope.RULE, options);
	}

	/** Handlers that count how often they ran. */
	@RestController
	static class Api {

		private final RateLimiters limiters;

		private final AtomicInteger calls = new AtomicInteger();

		Api(RateLimiters limiters) {
			this.limiters = limiters;
		}

		int calls() {
			return this.calls.get();
		}

		@GetMapping({ "/limited", "/several", "/fast", "/tea/{kind}", "/user", "/session", "/api-key", "/listed",
				"/shadow", "/broken", "/outage", "/free" })
		String get() {
			return "served " + this.calls.incrementAndGet();
		}

		@PostMapping("/limited")
		String post() {
			return "posted " + this.calls.incrementAndGet();
		}

		@RateLimited(policy = "two", key = "#who")
		@GetMapping("/annotated/{who}")
		String annotated(@PathVariable String who) {
			return who + this.calls.incrementAndGet();
		}

		@RateLimited(policy = "two")
		@GetMapping("/annotated-by-address")
		String byAddress() {
			return "served " + this.calls.incrementAndGet();
		}

		@RateLimited(policy = "two", key = "#session['buyer']")
		@GetMapping("/annotated-by-session")
		String bySession() {
			return "served " + this.calls.incrementAndGet();
		}

		@RateLimited(policy = "ten", key = "#who", cost = "#who.length()")
		@GetMapping("/annotated-by-cost/{who}")
		String byCost(@PathVariable String who) {
			return who + this.calls.incrementAndGet();
		}

		@RateLimited(policy = "fast", key = "'patient'", maxWait = "10s")
		@GetMapping("/annotated-patient")
		String patient() {
			return "served " + this.calls.incrementAndGet();
		}

		@RateLimited(policy = "slow", key = "'slow'", maxWait = "2m")
		@GetMapping("/annotated-slow")
		String slow() {
			return "served " + this.calls.incrementAndGet();
		}

		@RateLimited(policy = "two", key = "'async'")
		@GetMapping("/annotated-async")
		CompletableFuture<String> async() {
			return CompletableFuture.supplyAsync(() -> "later");
		}

		/** Behind a handler that is not limited itself. */
		@GetMapping("/inside/{who}")
		CompletionStage<String> inside(@PathVariable String who) {
			return this.limiters.get("two").tryAcquireAsync(who, 1).thenApply((decision) -> {
				if (!decision.allowed()) {
					throw new RateLimitExceededException(decision);
				}
				return "inside";
			});
		}

	}

}
