package io.github.redispatterns.coordination;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.RedisUnavailableException;
import io.github.redispatterns.gateway.OnRedisFailure;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * An operation that is executed once for each key, over all nodes; who asks again gets
 * the answer of then. Made by {@link IdempotentOperations}, cheap, thread-safe.
 * <p>
 * Of those that ask at the same time one executes it, the others wait or are refused. If
 * it throws, it counts as not executed and the next one executes it, unless the exception
 * is one of those that are kept.
 * <p>
 * <b>Not promised:</b> that an operation is executed no more than once when the JVM that
 * executes it dies or stops for longer than the lease, or when Redis loses what it was
 * told. What must not happen twice even then needs its key where it takes effect, such as
 * in a unique column that is written in the same transaction.
 *
 * @param <T> what it answers
 */
public final class IdempotentOperation<T> {

	private static final Log logger = LogFactory.getLog(IdempotentOperation.class);

	private final IdempotentOperations operations;

	private final String name;

	private final ResolvableType type;

	private final StoredAnswer answers;

	private final IdempotencySettings settings;

	private final Claims claims;

	IdempotentOperation(IdempotentOperations operations, String name, ResolvableType type,
			IdempotencySettings settings) {
		this.operations = operations;
		this.name = name;
		this.type = type;
		this.settings = settings;
		this.claims = new Claims(operations.gateway(), name);
		this.answers = new StoredAnswer(operations.payloads(), type);
		// Fails now if the answer could not be read back later.
		this.answers.ofValue(name, null);
	}

	/**
	 * The name of this operation.
	 * @return the name as it was asked for
	 */
	public String name() {
		return this.name;
	}

	/**
	 * The same operation, executed in another way.
	 * @param settings how
	 * @return another view of the operation
	 */
	public IdempotentOperation<T> with(IdempotencySettings settings) {
		return new IdempotentOperation<>(this.operations, this.name, this.type, settings);
	}

	/**
	 * Execute the operation unless that was done before under this key.
	 * @param key any text
	 * @param work executes it
	 * @return the answer, of now or of then
	 * @throws OperationInFlightException if another executes it, for longer than the wait
	 * @throws StoredFailureException if it was executed and failed with what is kept
	 * @throws RedisUnavailableException if Redis does not answer; nothing was executed
	 */
	public @Nullable T run(String key, Supplier<? extends @Nullable T> work) {
		return run(key, "", work);
	}

	/**
	 * Execute the operation unless that was done before under this key.
	 * @param key any text
	 * @param fingerprint any text that is the same for the same request
	 * @param work executes it
	 * @return the answer, of now or of then
	 * @throws KeyReusedException if the key was used with another fingerprint
	 * @throws OperationInFlightException if another executes it, for longer than the wait
	 * @throws StoredFailureException if it was executed and failed with what is kept
	 * @throws RedisUnavailableException if Redis does not answer; nothing was executed
	 */
	public @Nullable T run(String key, String fingerprint, Supplier<? extends @Nullable T> work) {
		try {
			return runThrowing(key, fingerprint, work::get);
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new RedisPatternsException("Operation '%s' failed".formatted(this.name), ex);
		}
	}

	@Nullable T runThrowing(String key, String fingerprint, Work<? extends T> work) throws Throwable {
		String redisKey = this.operations.key(this.name, key);
		Attempt attempt;
		try {
			attempt = this.claims.await(redisKey, RedisGateway.utf8(fingerprint), this.settings.lease(),
					this.settings.maxWait());
		}
		catch (RedisUnavailableException ex) {
			if (isClosed()) {
				throw ex;
			}
			return work.run();
		}
		return (attempt instanceof Attempt.Claimed claimed) ? execute(redisKey, claimed.claim(), work)
				: answer(redisKey, attempt);
	}

	private @Nullable T execute(String key, Claim claim, Work<? extends T> work) throws Throwable {
		T value;
		try {
			value = work.run();
		}
		catch (Throwable ex) {
			tell(failed(key, claim, ex));
			throw ex;
		}
		tell(succeeded(key, claim, value));
		return value;
	}

	// A thread that is interrupted now has done the work all the same.
	private void tell(CompletionStage<Boolean> told) {
		try {
			this.operations.gateway().await(told);
		}
		catch (RedisUnavailableException ex) {
			logger.debug("Not waiting until the answer is kept", ex);
		}
	}

	/**
	 * Execute the operation unless that was done before under this key, without holding a
	 * thread while others do.
	 * @param key any text
	 * @param work begins to execute it, on the executor of {@link IdempotentOperations}
	 * @return the answer, of now or of then, or what {@link #run} throws
	 */
	public CompletionStage<@Nullable T> runAsync(String key,
			Supplier<? extends CompletionStage<? extends @Nullable T>> work) {
		return runAsync(key, "", work);
	}

	/**
	 * Execute the operation unless that was done before under this key, without holding a
	 * thread while others do.
	 * @param key any text
	 * @param fingerprint any text that is the same for the same request
	 * @param work begins to execute it, on the executor of {@link IdempotentOperations}
	 * @return the answer, of now or of then, or what {@link #run} throws
	 */
	public CompletionStage<@Nullable T> runAsync(String key, String fingerprint,
			Supplier<? extends CompletionStage<? extends @Nullable T>> work) {
		String redisKey = this.operations.key(this.name, key);
		return claim(redisKey, fingerprint).thenComposeAsync((attempt) -> {
			if (attempt == null) {
				return begin(work);
			}
			return (attempt instanceof Attempt.Claimed claimed) ? execute(redisKey, claimed.claim(), work)
					: CompletableFuture.completedFuture(answer(redisKey, attempt));
		}, this.operations.executor());
	}

	// Nothing if the operation is to be executed without a claim.
	private CompletionStage<@Nullable Attempt> claim(String redisKey, String fingerprint) {
		CompletionStage<@Nullable Attempt> attempt = this.claims
			.claim(redisKey, RedisGateway.utf8(fingerprint), this.settings.lease(), this.settings.maxWait())
			.thenApply((made) -> made);
		return attempt.exceptionally((failure) -> {
			Throwable cause = RedisPatternsException.causeOf(failure);
			if (cause instanceof RedisUnavailableException && !isClosed()) {
				return null;
			}
			throw (cause instanceof RuntimeException unchecked) ? unchecked
					: new RedisPatternsException("Operation '%s' failed".formatted(this.name), cause);
		});
	}

	private CompletionStage<@Nullable T> execute(String key, Claim claim,
			Supplier<? extends CompletionStage<? extends @Nullable T>> work) {
		return begin(work).handle((value, failure) -> {
			CompletionStage<Boolean> told = (failure != null)
					? failed(key, claim, RedisPatternsException.causeOf(failure)) : succeeded(key, claim, value);
			return told.thenCompose((kept) -> outcome(value, failure));
		}).thenCompose((outcome) -> outcome);
	}

	private static <T> CompletionStage<@Nullable T> outcome(@Nullable T value, @Nullable Throwable failure) {
		return (failure != null) ? CompletableFuture.failedFuture(RedisPatternsException.causeOf(failure))
				: CompletableFuture.completedFuture(value);
	}

	private static <T> CompletionStage<@Nullable T> begin(
			Supplier<? extends CompletionStage<? extends @Nullable T>> work) {
		try {
			return work.get().thenApply((value) -> value);
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Forget the answer, so that the next request executes the operation again. One that
	 * is under way is not kept from being executed a second time.
	 * @param key any text
	 * @return whether there was anything to forget
	 * @throws RedisUnavailableException if Redis does not answer
	 */
	public boolean forget(String key) {
		byte[] redisKey = RedisGateway.utf8(this.operations.key(this.name, key));
		return this.operations.gateway().await(this.operations.gateway().command((redis) -> redis.del(redisKey))) == 1;
	}

	private CompletionStage<Boolean> succeeded(String key, Claim claim, @Nullable T value) {
		byte[] answer;
		try {
			answer = this.answers.ofValue(key, value);
		}
		catch (RedisPatternsException ex) {
			// It was executed, whether or not anybody can be told what it answered.
			keep(key, claim, ex);
			throw ex;
		}
		return claim.complete(answer, this.settings.ttl());
	}

	private CompletionStage<Boolean> failed(String key, Claim claim, Throwable failure) {
		return this.settings.stores(failure) ? keep(key, claim, failure) : claim.release();
	}

	private CompletionStage<Boolean> keep(String key, Claim claim, Throwable failure) {
		byte[] answer;
		try {
			answer = this.answers.ofFailure(key, failure);
		}
		catch (RedisPatternsException ex) {
			logger.warn("What %s failed with cannot be kept".formatted(this), ex);
			return claim.release();
		}
		return claim.complete(answer, this.settings.ttl());
	}

	@SuppressWarnings("unchecked")
	private @Nullable T answer(String key, Attempt attempt) {
		if (attempt instanceof Attempt.Answered answered) {
			return (T) this.answers.read(key, answered.answer(), toString());
		}
		throw (attempt instanceof Attempt.InFlight) ? new OperationInFlightException(toString())
				: new KeyReusedException(toString());
	}

	private boolean isClosed() {
		return this.settings.onRedisFailure() == OnRedisFailure.CLOSED;
	}

	@Override
	public String toString() {
		return "Operation '%s'".formatted(this.name);
	}

	/**
	 * What executes an operation.
	 *
	 * @param <T> what it answers
	 */
	@FunctionalInterface
	interface Work<T> {

		@Nullable T run() throws Throwable;

	}

}
