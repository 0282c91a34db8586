package io.github.redispatterns.lock;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What this JVM has to do with a lock.
 *
 * @param lock the kind and name of the lock
 * @param heldFor how long this JVM has had it, if it has it; of several holds the longest
 * @param holders how many hold it in this JVM
 * @param waiting how many wait for it in this JVM
 */
public record LockStatus(String lock, @Nullable Duration heldFor, int holders, int waiting) {

	LockStatus plus(LockStatus other) {
		return new LockStatus(this.lock, longer(this.heldFor, other.heldFor), this.holders + other.holders,
				this.waiting + other.waiting);
	}

	private static @Nullable Duration longer(@Nullable Duration one, @Nullable Duration other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return (one.compareTo(other) > 0) ? one : other;
	}

}
