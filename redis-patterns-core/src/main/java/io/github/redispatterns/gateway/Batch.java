package io.github.redispatterns.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Many calls whose answers are wanted together. Each is sent as soon as it is added,
 * without waiting for those before it (a pipeline), on a cluster to the node of its keys.
 * Each has its own deadline, so the batch ends when the last is over; one that fails does
 * not fail the rest. It is no transaction: calls of others come between.
 * <p>
 * For one thread. A batch larger than the driver's request queue (10,000 unless the
 * application says otherwise) fails in parts: send it in slices.
 *
 * @param <T> the type of the replies
 * @see <a href="https://redis.io/docs/latest/develop/using-commands/pipelining/">Redis
 * pipelining</a>
 */
public final class Batch<T extends @Nullable Object> {

	private final RedisGateway gateway;

	private final List<CompletableFuture<Answer<T>>> answers = new ArrayList<>();

	Batch(RedisGateway gateway) {
		this.gateway = gateway;
	}

	/**
	 * Send a script.
	 * @param script the script
	 * @param keys its KEYS, all with the same hash tag
	 * @param args its ARGV
	 * @return this batch
	 */
	public Batch<T> execute(LuaScript<T> script, List<String> keys, Object... args) {
		return add(this.gateway.execute(script, keys, args));
	}

	/**
	 * Send a command.
	 * @param call sends one non-blocking command and returns its future
	 * @return this batch
	 */
	public Batch<T> command(Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
		return add(this.gateway.command(call));
	}

	private Batch<T> add(CompletionStage<T> call) {
		this.answers.add(call.handle(Answer::of).toCompletableFuture());
		return this;
	}

	/**
	 * All answers.
	 * @return completes, never with a failure, when all calls are over: the answers in
	 * the order in which the calls were added
	 */
	public CompletionStage<List<Answer<T>>> answers() {
		List<CompletableFuture<Answer<T>>> sent = List.copyOf(this.answers);
		return CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
			.thenApply((all) -> sent.stream().map(CompletableFuture::join).toList());
	}

	/**
	 * What one call of a batch came to.
	 *
	 * @param <T> the type of the reply
	 * @param value the reply, if there is no failure
	 * @param failure why there is no reply
	 */
	public record Answer<T extends @Nullable Object>(@Nullable T value, @Nullable Throwable failure) {

		private static <T extends @Nullable Object> Answer<T> of(@Nullable T value, @Nullable Throwable failure) {
			return new Answer<>(value, failure);
		}

		/**
		 * The reply.
		 * @return what Redis said
		 * @throws io.github.redispatterns.RedisPatternsException if there is no reply
		 */
		public @Nullable T get() {
			if (this.failure instanceof RuntimeException unchecked) {
				throw unchecked;
			}
			return this.value;
		}

	}

}
