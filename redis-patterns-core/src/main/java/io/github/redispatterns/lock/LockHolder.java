package io.github.redispatterns.lock;

import java.time.Duration;

/**
 * Who has a lock at a moment.
 *
 * @param node what the holder's JVM is called
 * @param remaining time until its lease ends, unless it is renewed
 */
public record LockHolder(String node, Duration remaining) {
}
