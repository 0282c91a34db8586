package io.github.redispatterns.lock;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.RedisGateway;

/**
 * Who has a lock at a moment.
 *
 * @param node what the holder's JVM is called
 * @param since when a JVM last took the lock, by the clock of Redis; within the JVM it
 * may have been handed on since. {@code null} if that was forgotten, an hour later
 * @param remaining time until its lease ends, unless it is renewed
 * @param waitingNodes how many JVMs wait in line for it; 0 of a lock over several
 * servers, which has no line
 */
public record LockHolder(String node, @Nullable Instant since, Duration remaining, long waitingNodes) {

	/**
	 * Read a holder, in one round trip.
	 * @param redis the way
	 * @param owner its name, or {@code null} if there is none
	 * @param lock key of the lock, whose end is the end of the lease
	 * @param fence key of the last token, which begins with the time at which it was
	 * given
	 * @param queue key of the sorted set of nodes that wait
	 * @return the holder, if there is one
	 */
	static CompletionStage<Optional<LockHolder>> read(RedisGateway redis, CompletionStage<@Nullable String> owner,
			String lock, String fence, String queue) {
		CompletionStage<Long> remaining = redis.command((commands) -> commands.pttl(RedisGateway.utf8(lock)));
		CompletionStage<byte @Nullable []> token = redis.command((commands) -> commands.get(RedisGateway.utf8(fence)));
		CompletionStage<Long> waiting = redis.command((commands) -> commands.zcard(RedisGateway.utf8(queue)));
		return owner.thenCompose((name) -> remaining
			.thenCompose((millis) -> token.thenCombine(waiting, (last, nodes) -> of(name, last, millis, nodes))));
	}

	private static Optional<LockHolder> of(@Nullable String owner, byte @Nullable [] token, long millis, long nodes) {
		if (owner == null || millis <= 0) {
			return Optional.empty();
		}
		return Optional.of(new LockHolder(LockEngine.nodeOf(owner), (token != null) ? timeOf(token) : null,
				Duration.ofMillis(millis), nodes));
	}

	private static Instant timeOf(byte[] token) {
		long micros = Long.parseLong(new String(token, StandardCharsets.US_ASCII));
		return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
	}

}
