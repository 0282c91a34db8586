package io.github.redispatterns.annotation;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.support.GenericApplicationContext;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.lock.DistributedLock;
import io.github.redispatterns.lock.LockAdvisor;
import io.github.redispatterns.lock.LockHandle;
import io.github.redispatterns.lock.LockNotAcquiredException;
import io.github.redispatterns.lock.LockSettings;
import io.github.redispatterns.lock.Locks;
import io.github.redispatterns.ratelimit.RateLimitAdvisor;
import io.github.redispatterns.ratelimit.RateLimitExceededException;
import io.github.redispatterns.ratelimit.RateLimitPolicy;
import io.github.redispatterns.ratelimit.RateLimited;
import io.github.redispatterns.ratelimit.RateLimiters;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(RedisExtension.class)
class AnnotationAdvisorTests {

	private final GenericApplicationContext context = new GenericApplicationContext();

	private final Locks locks;

	private final RateLimiters limiters;

	AnnotationAdvisorTests(Redis redis) {
		this.locks = new Locks(redis.gateway(), redis.keys().child("lock"), "test", LockSettings.ofDefaults(),
				Runnable::run);
		this.limiters = new RateLimiters(redis.gateway(), redis.keys().child("rate-limit"),
				List.of(RateLimitPolicy.tokenBucket("one", 1, Duration.ofDays(1))));
		this.context.registerBean(DefaultAdvisorAutoProxyCreator.class, DefaultAdvisorAutoProxyCreator::new);
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void limitsByParameter() {
		Shop shop = start(Shop.class, Shop::new);
		assertThat(shop.limited("alice")).isEqualTo("alice");
		assertThat(shop.limited("bob")).isEqualTo("bob");
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> shop.limited("alice"))
			.satisfies((ex) -> assertThat(ex.decision().policy().name()).isEqualTo("one"));
	}

	@Test
	void refusesAKeyThatIsNull() {
		Shop shop = start(Shop.class, Shop::new);
		assertThatExceptionOfType(RedisPatternsException.class).isThrownBy(() -> shop.limited(null))
			.withMessageContaining("#who")
			.withMessageContaining("limited")
			.withMessageContaining("fallback");
	}

	@Test
	void refusesAKeyWhoseTextIsAnAccident() {
		Shop shop = start(Shop.class, Shop::new);
		assertThatExceptionOfType(RedisPatternsException.class).isThrownBy(() -> shop.byObject(new Object()))
			.withMessageContaining("#order")
			.withMessageContaining("use its id");
	}

	@Test
	void locksByParameterWhileTheMethodRuns() {
		Shop shop = start(Shop.class, Shop::new);
		String holder = shop.locked(7, () -> this.locks.get("seat:7").holder().orElseThrow().node());
		assertThat(holder).isEqualTo("test");
		assertThat(this.locks.get("seat:7").holder()).isEmpty();
	}

	@Test
	void releasesTheLockWhenTheMethodThrows() {
		Shop shop = start(Shop.class, Shop::new);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> shop.locked(8, () -> {
			throw new UnsupportedOperationException();
		}));
		assertThat(this.locks.get("seat:8").holder()).isEmpty();
	}

	@Test
	void doesNotRunAMethodWhoseLockIsBusy() {
		Shop shop = start(Shop.class, Shop::new);
		try (LockHandle held = this.locks.get("seat:9").acquire()) {
			assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> shop.locked(9, () -> "never"));
			assertThat(held.isValid()).isTrue();
		}
	}

	@Test
	void namesALockAfterItsMethod() {
		Shop shop = start(Shop.class, Shop::new);
		assertThat(shop.unnamed(() -> this.locks.get("Shop.unnamed").holder())).isPresent();
	}

	@Test
	void refusesAPolicyThatIsNone() {
		refuses(UnknownPolicy.class, UnknownPolicy::new, "UnknownPolicy.call", "policy = \"two\"", "[one]");
	}

	@Test
	void refusesAKeyThatIsNoExpression() {
		refuses(BadKey.class, BadKey::new, "BadKey.call", "key = \"#a +\"", "no SpEL expression");
	}

	@Test
	void refusesALeaseThatIsNone() {
		refuses(BadLease.class, BadLease::new, "BadLease.call", "lease = \"0s\"", "at least 10ms");
	}

	@Test
	void refusesAWaitThatIsNoDuration() {
		refuses(BadWait.class, BadWait::new, "BadWait.call", "maxWait = \"soon\"", "no duration");
	}

	@Test
	void refusesAMethodThatReturnsTooEarly() {
		refuses(Asynchronous.class, Asynchronous::new, "Asynchronous.call", "before the work is done");
	}

	@Test
	void refusesAMethodThatNoProxyReaches() {
		refuses(Unreachable.class, Unreachable::new, "Unreachable.call", "never reach a proxy");
	}

	@Test
	void looksAtAllMethodsOfAClassAndItsParents() {
		refuses(SecondIsUnreachable.class, SecondIsUnreachable::new, "SecondIsUnreachable.second");
	}

	@Test
	void looksAtWhatAParentDeclares() {
		refuses(Heir.class, Heir::new, "Unreachable.call", "never reach a proxy");
	}

	private <T> void refuses(Class<T> type, Supplier<T> bean, String... messages) {
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> start(type, bean))
			.havingCause()
			.isInstanceOf(InvalidAnnotationException.class)
			.satisfies((cause) -> assertThat(cause.getMessage()).contains(messages));
	}

	private <T> T start(Class<T> type, Supplier<T> bean) {
		this.context.registerBean(RateLimitAdvisor.class,
				() -> new RateLimitAdvisor(() -> this.limiters, this.context, ForkJoinPool::commonPool));
		this.context.registerBean(LockAdvisor.class, () -> new LockAdvisor(() -> this.locks, this.context));
		this.context.registerBean(type, bean);
		this.context.refresh();
		return this.context.getBean(type);
	}

	static class Shop {

		@RateLimited(policy = "one", key = "#who")
		String limited(@Nullable String who) {
			return String.valueOf(who);
		}

		@DistributedLock(name = "seat", key = "#seat")
		String locked(long seat, Supplier<String> work) {
			return work.get();
		}

		@DistributedLock(name = "order", key = "#order")
		void byObject(Object order) {
		}

		@DistributedLock
		<T> T unnamed(Supplier<T> work) {
			return work.get();
		}

	}

	static class UnknownPolicy {

		@RateLimited(policy = "two")
		void call() {
		}

	}

	static class BadKey {

		@RateLimited(policy = "one", key = "#a +")
		void call(String a) {
		}

	}

	static class BadLease {

		@DistributedLock(lease = "0s")
		void call() {
		}

	}

	static class BadWait {

		@DistributedLock(maxWait = "soon")
		void call() {
		}

	}

	static class Asynchronous {

		@DistributedLock
		Future<String> call() {
			return new FutureTask<>(() -> "");
		}

	}

	static class Unreachable {

		@DistributedLock
		final void call() {
		}

	}

	static class SecondIsUnreachable {

		@DistributedLock
		void first() {
		}

		@DistributedLock
		private void second() {
		}

	}

	static class Heir extends Unreachable {

		@DistributedLock
		void reachable() {
		}

	}

}
