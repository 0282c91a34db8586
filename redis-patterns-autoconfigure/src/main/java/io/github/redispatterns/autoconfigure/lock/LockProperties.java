package io.github.redispatterns.autoconfigure.lock;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.github.redispatterns.autoconfigure.PropertyCheck;
import io.github.redispatterns.lock.LockSettings;

/**
 * Settings of locks.
 *
 * @param enabled whether locks are there
 * @param maxWait time that a lock is waited for, zero to try once
 * @param lease time after which a lock ends whose holder is not heard of any more
 * @param maxHold time that a lock is held at most
 */
@ConfigurationProperties("redis-patterns.lock")
public record LockProperties(@DefaultValue("true") boolean enabled, @DefaultValue("0s") Duration maxWait,
		@DefaultValue("30s") Duration lease, @DefaultValue("10m") Duration maxHold) {

	LockSettings toSettings() {
		return new LockSettings(PropertyCheck.atLeast("redis-patterns.lock.max-wait", this.maxWait, Duration.ZERO),
				PropertyCheck.atLeast("redis-patterns.lock.lease", this.lease, LockSettings.SHORTEST_LEASE),
				PropertyCheck.atLeast("redis-patterns.lock.max-hold", this.maxHold, LockSettings.SHORTEST_LEASE));
	}

}
