package io.github.redispatterns.ratelimit;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.stereotype.Controller;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.annotation.InvalidAnnotationException;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(RedisExtension.class)
class AnnotatedTests {

	private final GenericApplicationContext context = new GenericApplicationContext();

	private final RateLimiters limiters;

	private final String who = UUID.randomUUID().toString();

	AnnotatedTests(Redis redis) {
		this.limiters = new RateLimiters(redis.gateway(), redis.keys(), List.of(
				RateLimitPolicy.tokenBucket("daily", 10, Duration.ofDays(10)),
				RateLimitPolicy.of("paced", RateLimitAlgorithm.LEAKY_BUCKET,
						new Bandwidth(1, Duration.ofMillis(300), 1)),
				RateLimitPolicy.of("slow", RateLimitAlgorithm.LEAKY_BUCKET, new Bandwidth(1, Duration.ofMinutes(1), 1)),
				RateLimitPolicy.of("workers", RateLimitAlgorithm.CONCURRENCY, Bandwidth.of(1, Duration.ofMinutes(1)))));
		this.context.registerBean(DefaultAdvisorAutoProxyCreator.class, DefaultAdvisorAutoProxyCreator::new);
		this.context.registerBean(RateLimitAdvisor.class,
				() -> new RateLimitAdvisor(() -> this.limiters, this.context, ForkJoinPool::commonPool));
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void takesWhatACallCosts() {
		Shop shop = start(Shop.class, Shop::new);
		assertThat(shop.order(this.who, 7)).isEqualTo(7);
		assertThat(remaining()).isEqualTo(3);
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> shop.order(this.who, 4));
		assertThat(shop.order(this.who, 0)).isZero();
		assertThat(remaining()).isEqualTo(3);
	}

	@Test
	void refusesACostThatIsNone() {
		Shop shop = start(Shop.class, Shop::new);
		assertThatExceptionOfType(RedisPatternsException.class).isThrownBy(() -> shop.order(this.who, -1))
			.withMessageContaining("Shop.order")
			.withMessageContaining("-1");
	}

	@Test
	void answersRefusedCallsOtherwise() {
		Shop shop = start(Shop.class, Shop::new);
		assertThat(shop.quote(this.who, 10)).isEqualTo("fresh");
		assertThat(shop.quote(this.who, 2)).isEqualTo("remembered, PT48H");
		assertThat(shop.quoteLater(this.who, 2)).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("remembered");
		assertThat(shop.quoteMono(this.who, 2).block()).isEqualTo("remembered");
	}

	@Test
	void waitsForItsTurn() {
		Shop shop = start(Shop.class, Shop::new);
		shop.paced(this.who);
		long asked = System.nanoTime();
		shop.paced(this.who);
		assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThan(Duration.ofMillis(150));
		shop.slow(this.who);
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> shop.slow(this.who));
	}

	@Test
	void givesBackTheTurnOfWhoDoesNotWaitForIt() {
		Shop shop = start(Shop.class, Shop::new);
		shop.slowMono(this.who).block();
		Disposable waiting = shop.slowMono(this.who).subscribe();
		RateLimiter slow = this.limiters.get("slow");
		Awaitility.await()
			.until(() -> slow.peek(this.who).resetAfter().compareTo(Duration.ofMinutes(1).plusSeconds(10)) > 0);
		waiting.dispose();
		Awaitility.await()
			.until(() -> slow.peek(this.who).resetAfter().compareTo(Duration.ofMinutes(1).plusSeconds(1)) < 0);
	}

	@Test
	void decidesAStageWithoutHoldingTheCaller() {
		Shop shop = start(Shop.class, Shop::new);
		assertThat(shop.later(this.who, 10).toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10))
			.satisfies((thread) -> assertThat(thread).doesNotStartWith("lettuce").doesNotStartWith("redis-patterns"));
		assertThat(shop.later(this.who, 1).toCompletableFuture()).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.withCauseInstanceOf(RateLimitExceededException.class);
	}

	@Test
	void decidesAPublisherWhenSomebodySubscribes() {
		Shop shop = start(Shop.class, Shop::new);
		Mono<String> mono = shop.mono(this.who);
		Flux<String> flux = shop.flux(this.who);
		assertThat(remaining()).isEqualTo(10);
		assertThat(mono.block()).doesNotStartWith("lettuce");
		assertThat(remaining()).isEqualTo(6);
		assertThat(flux.collectList().block()).containsExactly("a", "b");
		assertThat(remaining()).isEqualTo(2);
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(mono::block);
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(flux::blockLast);
	}

	@Test
	void keepsTheContextOfTheSubscriber() {
		Shop shop = start(Shop.class, Shop::new);
		assertThat(shop.user(this.who).contextWrite((context) -> context.put("user", "ann")).block()).isEqualTo("ann");
	}

	@Test
	void refusesWhatCannotWorkWhenTheBeanIsCreated() {
		assertThatDoesNotStart(NoFallback.class, NoFallback::new, "fallback", "cached");
		assertThatDoesNotStart(OtherType.class, OtherType::new, "fallback", "returns String");
		assertThatDoesNotStart(NoDuration.class, NoDuration::new, "maxWait", "soon");
		assertThatDoesNotStart(NoCost.class, NoCost::new, "cost", "no SpEL");
		assertThatDoesNotStart(Concurrent.class, Concurrent::new, "policy", "at the same time");
		assertThatDoesNotStart(Web.class, Web::new, "fallback", "never reaches the controller");
	}

	private <T> void assertThatDoesNotStart(Class<T> type, Supplier<T> bean, String... message) {
		GenericApplicationContext failing = new GenericApplicationContext();
		failing.registerBean(DefaultAdvisorAutoProxyCreator.class, DefaultAdvisorAutoProxyCreator::new);
		failing.registerBean(RateLimitAdvisor.class,
				() -> new RateLimitAdvisor(() -> this.limiters, failing, ForkJoinPool::commonPool));
		failing.registerBean(type, bean);
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(failing::refresh)
			.withCauseInstanceOf(InvalidAnnotationException.class)
			.satisfies((ex) -> assertThat(ex).hasMessageContainingAll(message));
	}

	private long remaining() {
		return this.limiters.get("daily").peek(this.who).remaining();
	}

	private <T> T start(Class<T> type, Supplier<T> bean) {
		this.context.registerBean(type, bean);
		this.context.refresh();
		return this.context.getBean(type);
	}

	static class Shop {

		@RateLimited(policy = "daily", key = "#who", cost = "#seats")
		int order(String who, int seats) {
			return seats;
		}

		@RateLimited(policy = "daily", key = "#who", cost = "#cost", fallback = "remembered")
		String quote(String who, int cost) {
			return "fresh";
		}

		@SuppressWarnings("unused")
		private String remembered(String who, int cost, RateLimitExceededException refusal) {
			return "remembered, " + refusal.decision().retryAfter().plusSeconds(30).truncatedTo(ChronoUnit.HOURS);
		}

		@RateLimited(policy = "daily", key = "#who", cost = "#cost", fallback = "rememberedLater")
		CompletableFuture<String> quoteLater(String who, int cost) {
			return CompletableFuture.completedFuture("fresh");
		}

		CompletableFuture<String> rememberedLater(String who, int cost) {
			return CompletableFuture.completedFuture("remembered");
		}

		@RateLimited(policy = "daily", key = "#who", cost = "#cost", fallback = "rememberedMono")
		Mono<String> quoteMono(String who, int cost) {
			return Mono.just("fresh");
		}

		Mono<String> rememberedMono(String who, int cost) {
			return Mono.just("remembered");
		}

		@RateLimited(policy = "paced", key = "#who", maxWait = "10s")
		void paced(String who) {
		}

		@RateLimited(policy = "slow", key = "#who", maxWait = "1s")
		void slow(String who) {
		}

		@RateLimited(policy = "slow", key = "#who", maxWait = "2m")
		Mono<String> slowMono(String who) {
			return Mono.just(who);
		}

		@RateLimited(policy = "daily", key = "#who", cost = "#cost")
		CompletionStage<String> later(String who, int cost) {
			return CompletableFuture.completedStage(Thread.currentThread().getName());
		}

		@RateLimited(policy = "daily", key = "#who", cost = "4")
		Mono<String> mono(String who) {
			return Mono.just(Thread.currentThread().getName());
		}

		@RateLimited(policy = "daily", key = "#who", cost = "4")
		Flux<String> flux(String who) {
			return Flux.just("a", "b");
		}

		@RateLimited(policy = "daily", key = "#who")
		Mono<String> user(String who) {
			return Mono.deferContextual((context) -> Mono.just(context.get("user")));
		}

	}

	static class NoFallback {

		@RateLimited(policy = "daily", fallback = "cached")
		String get() {
			return "";
		}

	}

	static class OtherType {

		@RateLimited(policy = "daily", fallback = "other")
		String get() {
			return "";
		}

		int other() {
			return 0;
		}

	}

	static class NoDuration {

		@RateLimited(policy = "daily", maxWait = "soon")
		void get() {
		}

	}

	static class NoCost {

		@RateLimited(policy = "daily", cost = "#(")
		void get() {
		}

	}

	static class Concurrent {

		@RateLimited(policy = "workers")
		void get() {
		}

	}

	@Controller
	static class Web {

		@RateLimited(policy = "daily", fallback = "other")
		String get() {
			return "";
		}

		String other() {
			return "";
		}

	}

}
