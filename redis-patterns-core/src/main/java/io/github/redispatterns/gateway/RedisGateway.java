package io.github.redispatterns.gateway;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;

/**
 * Sends scripts and commands over the connection that Spring Data Redis shares between
 * all its users, asynchronously; {@link #await} is the blocking form. The connection is
 * made at the first use and given back when the application context stops.
 * <p>
 * Thread-safe. Commands from one thread reach one Redis node in the order they were sent
 * in. Never send a blocking command ({@code BLPOP}, {@code WAIT}, ...) through here: the
 * connection is everybody's.
 */
public final class RedisGateway implements SmartLifecycle {

	/** Time that a caller waits for an answer unless configured otherwise. */
	public static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(500);

	private final LettuceConnectionFactory connectionFactory;

	private final Duration timeout;

	private volatile @Nullable LettuceConnection connection;

	private volatile boolean running;

	/**
	 * Create a gateway.
	 * @param connectionFactory the factory whose server and shared connection are used
	 * @param timeout how long {@link #await} waits for an answer, positive
	 */
	public RedisGateway(LettuceConnectionFactory connectionFactory, Duration timeout) {
		if (timeout.isNegative() || timeout.isZero()) {
			throw new IllegalArgumentException("The timeout of a Redis call must be positive but is " + timeout);
		}
		this.connectionFactory = connectionFactory;
		this.timeout = timeout;
	}

	/**
	 * Run a script by its SHA. Where the server does not know it (restart, failover,
	 * {@code SCRIPT FLUSH}) its text is sent once and the call goes on.
	 * @param <T> the type of the reply
	 * @param script the script
	 * @param keys its KEYS, all with the same hash tag
	 * @param args its ARGV: byte arrays as they are, anything else by its string form
	 * @return the reply, or a {@link RedisPatternsException}
	 */
	public <T extends @Nullable Object> CompletionStage<T> execute(LuaScript<T> script, List<String> keys,
			Object... args) {
		byte[][] keyBytes = keys.stream().map(RedisGateway::utf8).toArray(byte[][]::new);
		byte[][] argBytes = Arrays.stream(args).map(RedisGateway::bytes).toArray(byte[][]::new);
		return translated(script + " on " + keys, (redis) -> {
			CompletionStage<T> reply = redis.evalsha(script.sha(), script.output(), keyBytes, argBytes);
			return reply.exceptionallyCompose((ex) -> (unwrap(ex) instanceof RedisNoScriptException)
					? redis.eval(script.text(), script.output(), keyBytes, argBytes)
					: CompletableFuture.failedStage(ex));
		});
	}

	/**
	 * Send a command.
	 * @param <T> the type of the reply
	 * @param call sends one non-blocking command and returns its future
	 * @return the reply, or a {@link RedisPatternsException}
	 */
	public <T extends @Nullable Object> CompletionStage<T> command(
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
		return translated("command", call);
	}

	/**
	 * Wait for an answer, at most for the timeout of this gateway.
	 * @param <T> the type of the reply
	 * @param answer what {@code execute} or {@code command} returned
	 * @return the reply
	 * @throws RedisUnavailableException if there was no answer in time; a thread that is
	 * interrupted meanwhile gets it at once, with its interrupt flag set
	 */
	public <T extends @Nullable Object> T await(CompletionStage<T> answer) {
		return await(answer, Duration.ZERO);
	}

	/**
	 * Wait for an answer that takes a while because it is about waiting.
	 * @param <T> the type of the reply
	 * @param answer the answer
	 * @param extra how much longer than the timeout of this gateway it may take
	 * @return the reply
	 * @throws RedisUnavailableException as {@link #await(CompletionStage)} does
	 */
	public <T extends @Nullable Object> T await(CompletionStage<T> answer, Duration extra) {
		Duration atMost = this.timeout.plus(extra);
		try {
			return answer.toCompletableFuture().get(atMost.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new RedisUnavailableException("No answer from Redis within " + atMost, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RedisUnavailableException("Interrupted while waiting for Redis", ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException failure) ? failure
					: new RedisPatternsException("Redis call failed", ex.getCause());
		}
	}

	/**
	 * Encode a key or a word for Redis.
	 * @param text any text
	 * @return its bytes in UTF-8
	 */
	public static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		LettuceConnection toClose = this.connection;
		this.connection = null;
		if (toClose != null) {
			toClose.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	private static byte[] bytes(Object arg) {
		return (arg instanceof byte[] bytes) ? bytes : utf8(arg.toString());
	}

	private <T extends @Nullable Object> CompletionStage<T> translated(String what,
			Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
		CompletionStage<T> reply;
		try {
			reply = call.apply(connection().getNativeConnection());
		}
		catch (RuntimeException ex) {
			reply = CompletableFuture.failedStage(ex);
		}
		return reply.exceptionallyCompose((ex) -> CompletableFuture.failedStage(translate(what, unwrap(ex))));
	}

	private LettuceConnection connection() {
		LettuceConnection current = this.connection;
		if (current == null) {
			current = (LettuceConnection) this.connectionFactory.getConnection();
			this.connection = current;
		}
		return current;
	}

	private static RedisPatternsException translate(String what, Throwable failure) {
		if (failure instanceof RedisPatternsException known) {
			return known;
		}
		if (failure instanceof RedisCommandExecutionException) {
			return new RedisPatternsException("Redis refused " + what + ": " + failure.getMessage(), failure);
		}
		return new RedisUnavailableException("Redis did not answer " + what + ": " + failure.getMessage(), failure);
	}

	private static Throwable unwrap(Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

}
