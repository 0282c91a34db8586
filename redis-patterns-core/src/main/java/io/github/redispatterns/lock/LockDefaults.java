package io.github.redispatterns.lock;

import java.time.Duration;

/**
 * What a {@link DistributedLock} that says nothing means.
 *
 * @param maxWait how long to wait for a lock, zero to try once
 * @param lease how long a lock holds at most
 */
public record LockDefaults(Duration maxWait, Duration lease) {
}
