package io.github.redispatterns.lock;

import java.time.Duration;

/**
 * What holds for a lock where nothing else is said.
 *
 * @param maxWait how long to wait for a lock, zero to try once
 * @param lease how long a lock holds at most
 */
public record LockDefaults(Duration maxWait, Duration lease) {

	public LockDefaults {
		if (maxWait.isNegative()) {
			throw new IllegalArgumentException("The wait for a lock must not be negative but is " + maxWait);
		}
		Mutex.requireLease(lease);
	}

}
