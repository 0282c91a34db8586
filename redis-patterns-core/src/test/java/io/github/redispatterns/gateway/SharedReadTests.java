package io.github.redispatterns.gateway;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.CommandWrapper;
import io.lettuce.core.protocol.RedisCommand;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.devservices.DevRedis;
import io.github.redispatterns.devservices.RedisServer;
import io.github.redispatterns.test.Redis;
import io.github.redispatterns.test.RedisExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(RedisExtension.class)
class SharedReadTests {

	private static final Duration LONG = Duration.ofMinutes(10);

	private final Redis redis;

	private final RedisGateway gateway;

	private final byte[] counter;

	private final byte[] sent;

	SharedReadTests(Redis redis) {
		this.redis = redis;
		this.gateway = redis.gateway();
		this.counter = RedisGateway.utf8(redis.keys().key("counter"));
		this.sent = RedisGateway.utf8(redis.keys().key("sent"));
	}

	@AfterEach
	void delete() {
		this.gateway.await(this.gateway.command((redis) -> redis.del(this.counter)));
		this.gateway.await(this.gateway.command((redis) -> redis.del(this.sent)));
	}

	@Test
	void isSentWithACommand() {
		SharedRead<byte[]> read = new SharedRead<>(() -> get(this.counter));
		byte[] count = this.gateway.await(this.gateway.command(increment(this.counter), read));
		assertThat(count).asString().isEqualTo("1");
		count = this.gateway.await(this.gateway.command(increment(this.counter), read));
		assertThat(count).asString().isEqualTo("2");
	}

	// What is read counts how often that is done.
	@Test
	void isSentOnceForAllWhoComeBeforeItIsWritten() throws Exception {
		SharedRead<Long> read = new SharedRead<>(() -> increment(this.counter), LONG);
		assertThat(answersWhileNothingIsWritten(read)).containsExactly(1L, 1L, 1L);
		assertThat(this.gateway.await(this.gateway.command(increment(this.sent), read))).isEqualTo(2);
		assertThat(timesSent()).isEqualTo("4");
	}

	@Test
	void isNotJoinedWhenItWaitsForLong() throws Exception {
		SharedRead<Long> read = new SharedRead<>(() -> increment(this.counter), Duration.ZERO);
		assertThat(answersWhileNothingIsWritten(read)).containsExactly(1L, 2L, 3L);
	}

	private List<Long> answersWhileNothingIsWritten(SharedRead<Long> read) throws Exception {
		List<CompletionStage<Long>> answers = whileNothingIsWritten(
				() -> IntStream.range(0, 3).mapToObj((i) -> this.gateway.command(increment(this.sent), read)).toList());
		return answers.stream().map(this.gateway::await).toList();
	}

	@Test
	void isNotSharedBetweenConnections() throws Exception {
		SharedRead<Long> read = new SharedRead<>(() -> increment(this.counter), LONG);
		RedisServer server = DevRedis.shared();
		LettuceConnectionFactory factory = Redis.connect(server.host(), server.port());
		try (Timers timers = new Timers()) {
			RedisGateway other = new RedisGateway(factory, Duration.ofSeconds(10), timers);
			CompletionStage<Long> waits = whileNothingIsWritten(() -> {
				CompletionStage<Long> first = this.gateway.command(increment(this.sent), read);
				assertThat(other.await(other.command(increment(this.sent), read))).isEqualTo(1);
				return first;
			});
			assertThat(this.gateway.await(waits)).isEqualTo(2);
		}
		finally {
			factory.destroy();
		}
	}

	// The answer to the command comes first, and the driver goes on to the other's later.
	@Test
	void isNotJoinedWhenItIsWritten() throws Exception {
		SharedRead<Long> read = new SharedRead<>(() -> increment(this.counter), LONG);
		DriverThread driver = new DriverThread();
		CompletionStage<Long> early = this.gateway.command(driver.kept(increment(this.sent)), read);
		Awaitility.await().until(() -> "1".equals(this.redis.commands().get(this.redis.keys().key("counter"))));
		CompletionStage<Long> late = driver.meanwhile(() -> this.gateway.command(increment(this.sent), read));
		assertThat(this.gateway.await(early)).isEqualTo(1);
		assertThat(this.gateway.await(late)).isEqualTo(2);
	}

	@Test
	void failsIfEitherIsRefused() {
		this.gateway.await(this.gateway.command((redis) -> redis.set(this.counter, this.counter)));
		assertRefused(increment(this.counter), new SharedRead<>(() -> get(this.counter)));
		assertRefused(increment(this.sent), new SharedRead<>(() -> increment(this.counter)));
		assertThat(timesSent()).isEqualTo("1");
	}

	private <T> T whileNothingIsWritten(Callable<T> action) throws Exception {
		DriverThread driver = new DriverThread();
		this.gateway.command(driver.kept(get(this.sent)), new SharedRead<>(() -> get(this.sent)));
		return driver.meanwhile(action);
	}

	private void assertRefused(Command<byte[], byte[], Long> command, SharedRead<?> read) {
		assertThatExceptionOfType(RedisPatternsException.class)
			.isThrownBy(() -> this.gateway.await(this.gateway.command(command, read)))
			.withMessageContaining("not an integer");
	}

	private String timesSent() {
		byte[] times = this.gateway.await(this.gateway.command((redis) -> redis.get(this.sent)));
		return new String(times, StandardCharsets.US_ASCII);
	}

	private static Command<byte[], byte[], byte[]> get(byte[] key) {
		return command(CommandType.GET, key, ValueOutput::new);
	}

	private static Command<byte[], byte[], Long> increment(byte[] key) {
		return command(CommandType.INCR, key, IntegerOutput::new);
	}

	private static <T> Command<byte[], byte[], T> command(CommandType type, byte[] key,
			Function<ByteArrayCodec, CommandOutput<byte[], byte[], T>> output) {
		return new Command<>(type, output.apply(ByteArrayCodec.INSTANCE),
				new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(key));
	}

	/**
	 * Keeps the thread of the driver, which writes and reads, with the answer to a
	 * command.
	 */
	private static final class DriverThread {

		private final CountDownLatch kept = new CountDownLatch(1);

		private final CountDownLatch free = new CountDownLatch(1);

		<T> RedisCommand<byte[], byte[], T> kept(RedisCommand<byte[], byte[], T> command) {
			return new CommandWrapper<>(command) {

				@Override
				public void complete() {
					super.complete();
					DriverThread.this.kept.countDown();
					await(DriverThread.this.free);
				}

			};
		}

		<T> T meanwhile(Callable<T> action) throws Exception {
			try {
				await(this.kept);
				return action.call();
			}
			finally {
				this.free.countDown();
			}
		}

		private static void await(CountDownLatch latch) {
			try {
				assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
