package io.github.redispatterns.coordination;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.RedisPatternsException;
import io.github.redispatterns.gateway.LuaScript;
import io.github.redispatterns.gateway.RedisGateway;

/**
 * Operations that are executed once, and what they answered: what {@link Idempotent} and
 * the HTTP field {@code Idempotency-Key} stand on. One round trip to claim an operation
 * or to learn its answer, one to complete it. Thread-safe.
 * <p>
 * Of those that ask at the same time exactly one gets the claim. If its JVM dies, or is
 * stopped for longer than the lease, the next one gets it: an operation is executed at
 * least once then, and what it did before must bear that.
 */
public final class Claims {

	private static final LuaScript<byte @Nullable []> CLAIM = LuaScript.value("coordination/claim");

	private static final Duration FIRST_PAUSE = Duration.ofMillis(10);

	private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

	private static final SecureRandom RANDOM = new SecureRandom();

	private final RedisGateway gateway;

	private final String name;

	/**
	 * Create the claims.
	 * @param gateway the way to Redis
	 * @param name what they are called where they are observed, one of few
	 */
	public Claims(RedisGateway gateway, String name) {
		this.gateway = gateway;
		this.name = name;
	}

	/**
	 * Claim an operation, waiting while another executes it.
	 * @param key the Redis key of the operation
	 * @param fingerprint of what is asked for; the same for the same request
	 * @param lease after which the claim ends if it is not renewed; renewed while this
	 * JVM lives
	 * @param wait how long to wait for another's answer at most, zero not to wait
	 * @return what came of it; fails with
	 * {@link io.github.redispatterns.RedisUnavailableException}, and nothing stays
	 * claimed then for longer than the lease
	 */
	public CompletionStage<Attempt> claim(String key, byte[] fingerprint, Duration lease, Duration wait) {
		Request request = new Request(key, newId(), fingerprint, lease);
		return this.gateway.observations()
			.observe(CoordinationObservation.CLAIM, this.name,
					() -> attempt(request, System.nanoTime(), wait, FIRST_PAUSE), Attempt::outcome);
	}

	/**
	 * Claim an operation as {@link #claim} does, and wait for that here.
	 * @param key the Redis key of the operation
	 * @param fingerprint of what is asked for
	 * @param lease after which the claim ends if it is not renewed
	 * @param wait how long to wait for another's answer at most, zero not to wait
	 * @return what came of it
	 * @throws io.github.redispatterns.RedisUnavailableException if Redis does not answer,
	 * or the thread is interrupted, which its flag then shows
	 */
	public Attempt await(String key, byte[] fingerprint, Duration lease, Duration wait) {
		CompletionStage<Attempt> attempt = claim(key, fingerprint, lease, wait);
		try {
			return this.gateway.await(attempt);
		}
		catch (RuntimeException ex) {
			// The thread has gone, not the attempt.
			attempt.thenAccept(Claims::abandon);
			throw ex;
		}
	}

	/**
	 * Give back what nobody wants any more.
	 * @param attempt what came of an attempt
	 */
	static void abandon(Attempt attempt) {
		if (attempt instanceof Attempt.Claimed claimed) {
			claimed.claim().release();
		}
	}

	private CompletionStage<Attempt> attempt(Request request, long since, Duration wait, Duration pause) {
		return this.gateway
			.execute(CLAIM, List.of(request.key()), request.id(), request.fingerprint(), request.lease().toMillis())
			.whenComplete((reply, failure) -> {
				if (failure != null) {
					// It may have been claimed all the same.
					Claim.release(this.gateway.pastBreaker(), request.key(), request.id());
				}
			})
			.thenCompose((reply) -> {
				Attempt attempt = read(request, reply);
				Duration left = wait.minusNanos(System.nanoTime() - since);
				if (attempt instanceof Attempt.InFlight flight && left.toMillis() > 0) {
					Duration next = shortest(pause, left, flight.lease().plusMillis(1));
					return this.gateway.timers()
						.pause(next)
						.thenCompose((over) -> attempt(request, since, wait,
								shortest(pause.multipliedBy(2), LONGEST_PAUSE)));
				}
				return CompletableFuture.completedFuture(attempt);
			});
	}

	private Attempt read(Request request, byte @Nullable [] reply) {
		if (reply == null || reply.length == 0) {
			throw new RedisPatternsException("No reply to the claim on " + request.key());
		}
		return switch (reply[0]) {
			case 'C' -> new Attempt.Claimed(
					new Claim(this.gateway, request.key(), request.id(), request.fingerprint(), request.lease()));
			case 'F' -> new Attempt.InFlight(Duration.ofMillis(Math.max(1, Long.parseLong(text(reply)))));
			case 'A' -> new Attempt.Answered(rest(reply));
			default -> new Attempt.Different();
		};
	}

	private static String text(byte[] reply) {
		return new String(rest(reply), StandardCharsets.US_ASCII);
	}

	private static byte[] rest(byte[] reply) {
		byte[] rest = new byte[reply.length - 1];
		ByteBuffer.wrap(reply, 1, rest.length).get(rest);
		return rest;
	}

	static String newId() {
		byte[] bits = new byte[16];
		RANDOM.nextBytes(bits);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
	}

	private static Duration shortest(Duration first, Duration... others) {
		Duration shortest = first;
		for (Duration other : others) {
			shortest = (other.compareTo(shortest) < 0) ? other : shortest;
		}
		return shortest;
	}

	/**
	 * What is sent for one attempt.
	 *
	 * @param key the Redis key
	 * @param id of the claim
	 * @param fingerprint of what is asked for
	 * @param lease of the claim
	 */
	private record Request(String key, String id, byte[] fingerprint, Duration lease) {
	}

}
