package io.github.redispatterns.coordination;

import java.time.Duration;
import java.util.Set;

import io.github.redispatterns.gateway.OnRedisFailure;

/**
 * How operations are executed once.
 *
 * @param ttl how long an answer is kept, at least 1 ms; a request that comes later is
 * executed again
 * @param lease how long an operation stays claimed by a node that is not heard of any
 * more, at least 100 ms; renewed every third of it while the node lives
 * @param maxWait how long to wait for the answer while another executes the operation,
 * zero to be refused at once
 * @param storedFailures exceptions that are answers too: kept, and thrown again as
 * {@link StoredFailureException}. After any other the next request executes the operation
 * again
 * @param onRedisFailure {@link OnRedisFailure#OPEN} to execute without a claim while
 * Redis does not answer, {@link OnRedisFailure#CLOSED} to fail unexecuted
 */
public record IdempotencySettings(Duration ttl, Duration lease, Duration maxWait,
		Set<Class<? extends Throwable>> storedFailures, OnRedisFailure onRedisFailure) {

	/** How long answers are kept unless set otherwise. */
	public static final Duration DEFAULT_TTL = Duration.ofHours(24);

	/** Lease unless another is set. */
	public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

	/** No lease may be shorter: it would end between two renewals. */
	public static final Duration SHORTEST_LEASE = Duration.ofMillis(100);

	/** No answer may be kept for less. */
	public static final Duration SHORTEST_TTL = Duration.ofMillis(1);

	public IdempotencySettings {
		requireAtLeast("The time to keep an answer", ttl, SHORTEST_TTL);
		requireAtLeast("The lease of an operation", lease, SHORTEST_LEASE);
		requireAtLeast("The wait for an answer", maxWait, Duration.ZERO);
		storedFailures = Set.copyOf(storedFailures);
	}

	/**
	 * Answers kept for a day, no waiting, no failure kept, nothing executed while Redis
	 * is down.
	 * @return the settings
	 */
	public static IdempotencySettings ofDefaults() {
		return new IdempotencySettings(DEFAULT_TTL, DEFAULT_LEASE, Duration.ZERO, Set.of(), OnRedisFailure.CLOSED);
	}

	/**
	 * The same with another time to keep answers.
	 * @param ttl at least 1 ms
	 * @return other settings
	 */
	public IdempotencySettings withTtl(Duration ttl) {
		return new IdempotencySettings(ttl, this.lease, this.maxWait, this.storedFailures, this.onRedisFailure);
	}

	/**
	 * The same with another lease.
	 * @param lease at least 100 ms
	 * @return other settings
	 */
	public IdempotencySettings withLease(Duration lease) {
		return new IdempotencySettings(this.ttl, lease, this.maxWait, this.storedFailures, this.onRedisFailure);
	}

	/**
	 * The same with another wait.
	 * @param maxWait zero to be refused at once
	 * @return other settings
	 */
	public IdempotencySettings withMaxWait(Duration maxWait) {
		return new IdempotencySettings(this.ttl, this.lease, maxWait, this.storedFailures, this.onRedisFailure);
	}

	/**
	 * The same with exceptions that are answers too.
	 * @param storedFailures their types, subclasses included
	 * @return other settings
	 */
	public IdempotencySettings withStoredFailures(Set<Class<? extends Throwable>> storedFailures) {
		return new IdempotencySettings(this.ttl, this.lease, this.maxWait, storedFailures, this.onRedisFailure);
	}

	/**
	 * The same with another answer while Redis is down.
	 * @param onRedisFailure whether to execute without a claim
	 * @return other settings
	 */
	public IdempotencySettings withOnRedisFailure(OnRedisFailure onRedisFailure) {
		return new IdempotencySettings(this.ttl, this.lease, this.maxWait, this.storedFailures, onRedisFailure);
	}

	/**
	 * Whether an exception is an answer.
	 * @param failure what an operation failed with
	 * @return whether it is kept
	 */
	public boolean stores(Throwable failure) {
		return this.storedFailures.stream().anyMatch((type) -> type.isInstance(failure));
	}

	private static void requireAtLeast(String what, Duration value, Duration least) {
		if (value.compareTo(least) < 0) {
			throw new IllegalArgumentException(
					"%s must be at least %d ms but is %s".formatted(what, least.toMillis(), value));
		}
	}

}
