package io.github.redispatterns.autoconfigure.lock;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.lock.LockDefaults;
import io.github.redispatterns.lock.Mutex;

/**
 * Settings of locks.
 *
 * @param enabled whether locks are there
 * @param maxWait time that a lock is waited for, zero to try once
 * @param lease time that a lock holds at most
 */
@ConfigurationProperties("redis-patterns.lock")
public record LockProperties(@DefaultValue("true") boolean enabled, @DefaultValue("0s") Duration maxWait,
		@DefaultValue("30s") Duration lease) {

	LockDefaults toDefaults() {
		return new LockDefaults(PropertyCheck.atLeast("redis-patterns.lock.max-wait", this.maxWait, Duration.ZERO),
				PropertyCheck.atLeast("redis-patterns.lock.lease", this.lease, Mutex.SHORTEST_LEASE));
	}

}
