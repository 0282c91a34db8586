package io.github.redispatterns.coordination;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * The right to execute an operation, held by renewal until it is completed or released.
 * Ends by itself one lease after its JVM died. Thread-safe.
 */
public final class Claim {

	private static final Log logger = LogFactory.getLog(Claim.class);

	private static final LuaScript<Long> EXTEND = LuaScript.integer("coordination/extend");

	private static final LuaScript<Long> COMPLETE = LuaScript.integer("coordination/complete");

	private static final LuaScript<Long> RELEASE = LuaScript.integer("coordination/release");

	private static final Duration TRY_AGAIN = Duration.ofMillis(500);

	private final RedisGateway gateway;

	private final String key;

	private final String id;

	private final byte[] fingerprint;

	private final Duration lease;

	private final Renewal renewal;

	Claim(RedisGateway gateway, String key, String id, byte[] fingerprint, Duration lease) {
		// What is under way is brought to its end, whatever the breaker says.
		this.gateway = gateway.pastBreaker();
		this.key = key;
		this.id = id;
		this.fingerprint = fingerprint;
		this.lease = lease;
		this.renewal = Renewal.begin(gateway.timers(), lease, this::extend);
	}

	/**
	 * Keep the answer, so that the operation is not executed again. If Redis does not
	 * answer it is told again for as long as the lease was, in the background.
	 * @param answer the answer
	 * @param ttl how long it is kept
	 * @return {@code true} if it is kept now; {@code false} if it is not, which is
	 * logged. Never fails
	 */
	public CompletionStage<Boolean> complete(byte[] answer, Duration ttl) {
		this.renewal.stop();
		CompletableFuture<Boolean> kept = new CompletableFuture<>();
		complete(answer, ttl, System.nanoTime() + this.lease.toNanos(), kept);
		return kept;
	}

	private void complete(byte[] answer, Duration ttl, long deadline, CompletableFuture<Boolean> kept) {
		this.gateway.execute(COMPLETE, List.of(this.key), this.id, this.fingerprint, answer, ttl.toMillis())
			.whenComplete((reply, failure) -> {
				if (failure == null && reply == 0) {
					logger.warn(("The claim on %s was lost while it was executed: another has executed it too, whose"
							+ " answer is kept")
						.formatted(this.key));
				}
				if (failure != null && !kept.isDone()) {
					logger.warn("The answer of %s is not kept yet, because Redis does not answer".formatted(this.key),
							failure);
				}
				kept.complete(failure == null && reply == 1);
				if (failure != null && deadline - System.nanoTime() > 0) {
					this.gateway.timers().after(TRY_AGAIN, () -> complete(answer, ttl, deadline, kept));
				}
			});
	}

	/**
	 * Give the operation back unexecuted. The next request executes it.
	 * @return {@code true} if it was claimed until now; {@code false} if it was not, or
	 * Redis does not answer, and the claim ends with its lease. Never fails
	 */
	public CompletionStage<Boolean> release() {
		this.renewal.stop();
		return release(this.gateway, this.key, this.id);
	}

	static CompletionStage<Boolean> release(RedisGateway gateway, String key, String id) {
		return gateway.execute(RELEASE, List.of(key), id).handle((reply, failure) -> failure == null && reply == 1);
	}

	private CompletionStage<Boolean> extend() {
		return this.gateway.execute(EXTEND, List.of(this.key), this.id, this.lease.toMillis())
			.thenApply((reply) -> reply == 1);
	}

}
