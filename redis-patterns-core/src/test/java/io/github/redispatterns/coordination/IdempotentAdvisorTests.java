package io.github.redispatterns.coordination;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.annotation.InvalidAnnotationException;
import io.github.redispatterns.codec.PayloadPipeline;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

@ExtendWith(RedisExtension.class)
class IdempotentAdvisorTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private final GenericApplicationContext context = new GenericApplicationContext();

	private final Redis redis;

	IdempotentAdvisorTests(Redis redis) {
		this.redis = redis;
		this.context.registerBean(DefaultAdvisorAutoProxyCreator.class, DefaultAdvisorAutoProxyCreator::new);
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void executesAMethodOnceForEachKey() {
		Shop shop = start(new Shop());
		assertThat(shop.buy("a", 5)).containsExactly(new Order("a", 1));
		assertThat(shop.buy("a", 5)).containsExactly(new Order("a", 1));
		assertThat(shop.buy("b", 5)).containsExactly(new Order("b", 2));
		assertThatExceptionOfType(KeyReusedException.class).isThrownBy(() -> shop.buy("a", 6))
			.withMessageContaining("'buy'");
	}

	@Test
	void executesAVoidMethodOnce() {
		Shop shop = start(new Shop());
		shop.ship("a");
		shop.ship("a");
		assertThat(shop.count()).isEqualTo(1);
	}

	@Test
	void throwsWhatTheMethodThrows() {
		Shop shop = start(new Shop());
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> shop.fail("a")).withMessage("checked");
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> shop.fail("a")).withMessage("checked");
		assertThat(shop.count()).isEqualTo(2);
	}

	@Test
	void keepsDeclaredFailures() {
		Shop shop = start(new Shop());
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> shop.decline("a"));
		assertThatExceptionOfType(StoredFailureException.class).isThrownBy(() -> shop.decline("a"))
			.withMessageContaining("no credit");
		assertThat(shop.count()).isEqualTo(1);
	}

	@Test
	void keepsWhatAStageComesTo() {
		Shop shop = start(new Shop());
		assertThat(shop.stage("a")).succeedsWithin(LONG).isEqualTo(new Order("a", 1));
		assertThat(shop.stage("a")).succeedsWithin(LONG).isEqualTo(new Order("a", 1));
	}

	@Test
	void keepsWhatAMonoComesToAndLeavesItItsContext() {
		Shop shop = start(new Shop());
		Mono<Order> mono = shop.mono("a").contextWrite((context) -> context.put("user", "ann"));
		assertThat(shop.count()).as("nothing happens before it is subscribed to").isZero();
		assertThat(mono.block(LONG)).isEqualTo(new Order("ann", 1));
		assertThat(mono.block(LONG)).isEqualTo(new Order("ann", 1));
		assertThat(shop.empty("a").block(LONG)).isNull();
		assertThat(shop.empty("a").block(LONG)).isNull();
		assertThat(shop.count()).isEqualTo(2);
	}

	@Test
	void refusesWhatCannotWork() {
		refuses(new Keyless(), "handler method");
		refuses(new Streaming(), "one answer");
		refuses(new Early(), "done");
	}

	@Test
	void leavesHandlersWithoutKeyToTheWeb() {
		assertThatNoException().isThrownBy(() -> start(new Handler()).handle());
		GenericApplicationContext reactive = new GenericApplicationContext();
		reactive.registerBean(DefaultAdvisorAutoProxyCreator.class, DefaultAdvisorAutoProxyCreator::new);
		register(reactive, new Handler(), false);
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(reactive::refresh)
			.withRootCauseInstanceOf(InvalidAnnotationException.class);
	}

	@Test
	void saysWhatAnswerCannotBeReadAnyMore() {
		start(new Shop()).ship("a");
		String key = this.redis.keys().key("ship", "a");
		this.redis.commands().hset(key, "answer", "V{");
		assertThatExceptionOfType(RedisPatternsException.class)
			.isThrownBy(() -> this.context.getBean(Shop.class).ship("a"))
			.withMessageContaining("'ship'")
			.withMessageContaining("cannot be read");
	}

	private void refuses(Object bean, String reason) {
		GenericApplicationContext refused = new GenericApplicationContext();
		refused.registerBean(DefaultAdvisorAutoProxyCreator.class, DefaultAdvisorAutoProxyCreator::new);
		register(refused, bean, true);
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(refused::refresh)
			.havingRootCause()
			.isInstanceOf(InvalidAnnotationException.class)
			.withMessageContaining(reason);
	}

	@SuppressWarnings("unchecked")
	private <T> T start(T bean) {
		this.redis.keysWithTtl().keySet().forEach((key) -> this.redis.commands().del(key));
		register(this.context, bean, true);
		this.context.refresh();
		return (T) this.context.getBean(bean.getClass());
	}

	@SuppressWarnings("unchecked")
	private void register(GenericApplicationContext into, Object bean, boolean web) {
		into.registerBean(IdempotentOperations.class,
				() -> new IdempotentOperations(this.redis.gateway(), this.redis.keys(),
						PayloadPipeline.of(this.redis.codec()), IdempotencySettings.ofDefaults(),
						ForkJoinPool.commonPool()));
		into.registerBean(IdempotentAdvisor.class,
				() -> new IdempotentAdvisor(() -> into.getBean(IdempotentOperations.class), into, web));
		into.registerBean((Class<Object>) bean.getClass(), () -> bean);
	}

	record Order(String buyer, int number) {
	}

	static class Shop {

		private final AtomicInteger executions = new AtomicInteger();

		@Idempotent(name = "buy", key = "#id", fingerprint = "#amount", ttl = "1m", lease = "10s", maxWait = "1s")
		List<Order> buy(String id, int amount) {
			return List.of(new Order(id, this.executions.incrementAndGet()));
		}

		@Idempotent(name = "ship", key = "#id")
		void ship(String id) {
			this.executions.incrementAndGet();
		}

		@Idempotent(key = "#id")
		void fail(String id) throws Exception {
			this.executions.incrementAndGet();
			throw new Exception("checked");
		}

		@Idempotent(key = "#id", storedFailures = UnsupportedOperationException.class)
		String decline(String id) {
			this.executions.incrementAndGet();
			throw new UnsupportedOperationException("no credit");
		}

		@Idempotent(key = "#id")
		CompletableFuture<Order> stage(String id) {
			return CompletableFuture.supplyAsync(() -> new Order(id, this.executions.incrementAndGet()));
		}

		@Idempotent(key = "#id")
		Mono<Order> mono(String id) {
			return Mono.deferContextual(
					(context) -> Mono.just(new Order(context.get("user"), this.executions.incrementAndGet())));
		}

		@Idempotent(key = "#id")
		Mono<Void> empty(String id) {
			return Mono.fromRunnable(this.executions::incrementAndGet);
		}

		int count() {
			return this.executions.get();
		}

	}

	static class Keyless {

		@Idempotent
		void run() {
		}

	}

	static class Streaming {

		@Idempotent(key = "'a'")
		Flux<String> run() {
			return Flux.empty();
		}

	}

	static class Early {

		@Idempotent(key = "'a'")
		Future<String> run() {
			return CompletableFuture.completedFuture("a");
		}

	}

	@Controller
	static class Handler {

		@Idempotent
		void handle() {
		}

	}

}
