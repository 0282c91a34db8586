package io.github.redispatterns.lock;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.github.redispatterns.gateway.RedisGateway;

/**
 * A lock that one holder has at a time, over all nodes. It belongs to the
 * {@link LockHandle} and not to a thread, and is not reentrant.
 * <p>
 * Key <code>prefix:lock:{name}</code>, a string {@code node/random} that expires with the
 * lease. Commands: one script to acquire for each attempt, one to release.
 * <p>
 * <b>Not promised:</b> a holder that is paused for longer than its lease goes on beside
 * the next one, and a failover may lose a lock that was just given. The lease is not
 * renewed: choose one that is longer than the work, and ask {@link LockHandle#isValid()}
 * before a step that must not happen twice.
 */
public final class Mutex {

	/** No lease may be shorter: it would end while the answer travels. */
	public static final Duration SHORTEST_LEASE = Duration.ofMillis(10);

	private final Locks locks;

	private final String name;

	private final Duration lease;

	Mutex(Locks locks, String name, Duration lease) {
		this.locks = locks;
		this.name = name;
		this.lease = requireLease(lease);
	}

	/**
	 * The name of this lock.
	 * @return the name as it was asked for
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Take the lock if it is free now.
	 * @return a handle, or nothing if somebody else has the lock
	 */
	public Optional<LockHandle> tryAcquire() {
		return tryAcquire(Duration.ZERO);
	}

	/**
	 * Take the lock, waiting until it is free.
	 * @param wait how long to wait, zero to try once
	 * @return a handle, or nothing if somebody else had the lock all the time
	 * @throws io.github.redispatterns.RedisUnavailableException if Redis does not answer,
	 * or the thread is interrupted, which its flag then shows; nothing stays locked for
	 * this caller in either case, or only until the lease ends where Redis is out of
	 * reach
	 */
	public Optional<LockHandle> tryAcquire(Duration wait) {
		Acquisition acquisition = new Acquisition(this, wait);
		try {
			return gateway().await(acquisition.start());
		}
		catch (RuntimeException ex) {
			acquisition.abandon();
			throw ex;
		}
	}

	/**
	 * Take the lock, waiting until it is free without holding a thread.
	 * @param wait how long to wait, zero to try once
	 * @return a handle, or nothing if somebody else had the lock all the time
	 */
	public CompletionStage<Optional<LockHandle>> tryAcquireAsync(Duration wait) {
		return new Acquisition(this, wait).start();
	}

	/**
	 * Take the lock or fail.
	 * @param wait how long to wait, zero to try once
	 * @return a handle
	 * @throws LockNotAcquiredException if somebody else had the lock all the time
	 */
	public LockHandle acquire(Duration wait) {
		return tryAcquire(wait).orElseThrow(() -> new LockNotAcquiredException(this.name, wait));
	}

	/**
	 * Look who has the lock.
	 * @return the holder, or nothing if the lock is free
	 */
	public Optional<LockHolder> holder() {
		byte[] key = RedisGateway.utf8(key());
		CompletionStage<byte @Nullable []> owner = gateway().command((redis) -> redis.get(key));
		CompletionStage<Long> remaining = gateway().command((redis) -> redis.pttl(key));
		return gateway().await(owner.thenCombine(remaining, Mutex::holder));
	}

	RedisGateway gateway() {
		return this.locks.gateway();
	}

	String key() {
		return this.locks.key(this.name);
	}

	String newOwner() {
		return this.locks.newOwner();
	}

	Duration lease() {
		return this.lease;
	}

	CompletionStage<Boolean> release(String owner) {
		return gateway().pastBreaker()
			.execute(Acquisition.RELEASE, List.of(key()), owner)
			.thenApply((released) -> released == 1);
	}

	static Duration requireLease(Duration lease) {
		if (lease.compareTo(SHORTEST_LEASE) < 0) {
			throw new IllegalArgumentException("The lease of a lock must be at least 10ms but is " + lease);
		}
		return lease;
	}

	private static Optional<LockHolder> holder(byte @Nullable [] owner, long remaining) {
		if (owner == null || remaining <= 0) {
			return Optional.empty();
		}
		String text = new String(owner, StandardCharsets.UTF_8);
		return Optional
			.of(new LockHolder(text.substring(0, Math.max(0, text.lastIndexOf('/'))), Duration.ofMillis(remaining)));
	}

}
