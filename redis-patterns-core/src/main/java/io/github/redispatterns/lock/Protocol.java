package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import io.github.redispatterns.gateway.RedisGateway;

/** How one lock is kept in Redis. Each method is one script or one command. */
interface Protocol {

	/**
	 * The name of the lock.
	 * @return as users know it
	 */
	String name();

	/**
	 * What callers of this JVM meet at.
	 * @return the same for the same lock of the same kind, different for any other
	 */
	String id();

	/**
	 * The key whose change may free the lock.
	 * @return the key
	 */
	String watchedKey();

	/**
	 * Whether one holder excludes all others, so that it can hand on to the next.
	 * @return {@code false} if several may hold it at a time
	 */
	boolean isExclusive();

	/**
	 * Take the lock if it can be had.
	 * @param redis the way
	 * @param claim for whom; safe to repeat with the same owner
	 * @return the first of {@link #tokens} fencing tokens, or minus the milliseconds
	 * after which it pays to ask again
	 */
	CompletionStage<Long> acquire(RedisGateway redis, Claim claim);

	/**
	 * Give the lock back and take it again for the next caller of this JVM, unless
	 * another node has waited longer. Only asked of exclusive locks.
	 * @param redis the way
	 * @param claim for the next caller, with the owner who has the lock
	 * @return the first fencing token, minus the milliseconds after which it pays to ask
	 * again, or 0 if the lock had been lost
	 */
	CompletionStage<Long> turnOver(RedisGateway redis, Claim claim);

	/**
	 * Begin the lease anew.
	 * @param redis the way
	 * @param owner whose
	 * @param leaseMillis for how long
	 * @return {@code false} if the lock had been lost
	 */
	CompletionStage<Boolean> extend(RedisGateway redis, String owner, long leaseMillis);

	/**
	 * Look whether the lock is still somebody's, without writing.
	 * @param redis the way
	 * @param owner whose
	 * @return {@code false} if it is lost
	 */
	CompletionStage<Boolean> isHeld(RedisGateway redis, String owner);

	/**
	 * Give the lock back.
	 * @param redis the way
	 * @param owner whose
	 * @return {@code false} if it had been lost
	 */
	CompletionStage<Boolean> release(RedisGateway redis, String owner);

	/**
	 * Leave the queue.
	 * @param redis the way
	 * @return completes when this node does not wait any more
	 */
	CompletionStage<?> leave(RedisGateway redis);

	/**
	 * Look who has the lock.
	 * @param redis the way
	 * @return the one that will have it longest, if there are several
	 */
	CompletionStage<Optional<LockHolder>> holder(RedisGateway redis);

	/**
	 * How long a waiting node trusts to be told of a change.
	 * @return after that it asks again
	 */
	default Duration longestPark() {
		return Gate.LONGEST_PARK;
	}

	/**
	 * Number of tokens that an acquisition takes, for the callers it is handed on to.
	 * @return at least 1
	 */
	default int tokens() {
		return Gate.LONGEST_TURN;
	}

}
