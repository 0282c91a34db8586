package io.github.redispatterns.autoconfigure;

import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import io.github.redispatterns.lock.DistributedLock;
import io.github.redispatterns.ratelimit.RateLimited;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What a user reads at the start: what is on, or, when a setting cannot work, the
 * property or method, the value and what to write instead.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			redis-patterns.gateway.timeout                    | 0ms     | must be positive
			redis-patterns.codec.compression.algorithm        | shrink  | ZSTD
			redis-patterns.codec.encryption.keyset            | classpath:none.json | cannot be read
			redis-patterns.codec.encryption.mandatory         | true    | define a PayloadCipher bean
			redis-patterns.cache.time-to-live                 | 0s      | must be at least 1ms
			redis-patterns.cache.caches.events.time-to-live   | -5s     | must be at least 1ms
			redis-patterns.cache.null-time-to-live            | 0s      | must be at least 1ms
			redis-patterns.cache.jitter                       | 0.9     | must be from 0 to 0.5
			redis-patterns.cache.caches.events.hard-timeout   | 0s      | must be at least 1ms
			redis-patterns.cache.on-redis-failure             | local   | not offered
			redis-patterns.rate-limit.policies.buy.algorithm  | sieve   | TOKEN_BUCKET
			redis-patterns.rate-limit.policies.buy.limit      | 0       | must be at least 1
			redis-patterns.rate-limit.policies.buy.burst      | -1      | must be at least 1
			redis-patterns.rate-limit.policies.buy.period     | 0s      | must be at least 1ms
			redis-patterns.rate-limit.policies.buy.period     | 400000d | choose a shorter period
			redis-patterns.lock.lease                         | 0s      | must be at least 10ms
			redis-patterns.lock.max-wait                      | -1s     | must be at least 0ms
			redis-patterns.coordination.idempotency.lease     | 99ms    | must be at least 100ms
			redis-patterns.coordination.idempotency.ttl       | 0s      | must be at least 1ms
			redis-patterns.coordination.tasks.max-clock-skew  | -1s     | must be at least 0ms
			redis-patterns.coordination.elections.lease       | 1ms     | must be at least 100ms
			redis-patterns.pubsub.queue-capacity              | 0       | must be at least 1
			redis-patterns.key-prefix                         | " "     | must not be blank
			""")
	void namesPropertyValueAndFix(String property, String value, String fix, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Application.class,
				"redis-patterns.rate-limit.policies.buy.limit=1000000", property + "=" + value));
		assertThat(output).contains("APPLICATION FAILED TO START").contains(property).contains(value).contains(fix);
	}

	@Test
	void saysInOneLineAPatternWhatIsOn(CapturedOutput output) {
		start(Application.class);
		assertThat(output).contains("Pattern lock is on: lease 30s, waits 0s")
			.contains("Pattern pubsub is on: up to")
			.doesNotContain("Pattern session");
	}

	@Test
	void namesTheMethodOfAnUnknownPolicy(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(UnknownPolicy.class));
		assertThat(output).contains("UnknownPolicy.call", "policy = \"nope\"", "no such policy",
				"Define redis-patterns.rate-limit.policies.nope");
	}

	@Test
	void namesTheMethodOfAnUnparsableKey(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(BadKey.class));
		assertThat(output).contains("BadKey.call", "key = \"#a +\"", "no SpEL expression", "Write a SpEL expression");
	}

	@Test
	void namesTheMethodOfAZeroLease(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(ZeroLease.class));
		assertThat(output).contains("ZeroLease.call", "lease = \"0s\"", "must be at least 10ms");
	}

	@Test
	void namesTheMethodThatReturnsBeforeItsWorkIsDone(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Asynchronous.class));
		assertThat(output).contains("Asynchronous.call", "released before the work is done");
	}

	private static void start(Class<?> application, String... properties) {
		new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties("spring.data.redis.port=1")
			.properties(properties)
			.run()
			.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class UnknownPolicy {

		@RateLimited(policy = "nope")
		void call() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class BadKey {

		@DistributedLock(key = "#a +")
		void call(String a) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ZeroLease {

		@DistributedLock(lease = "0s")
		void call() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Asynchronous {

		@DistributedLock
		Future<String> call() {
			return new FutureTask<>(() -> "");
		}

	}

}
