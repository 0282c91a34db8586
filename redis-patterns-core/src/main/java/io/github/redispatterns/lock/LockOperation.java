package io.github.redispatterns.lock;

import java.time.Duration;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.annotation.MethodExpression;

/**
 * What one {@link DistributedLock} annotation compiles to.
 *
 * @param name first part of the lock's name
 * @param key second part, if there is one
 * @param maxWait how long to wait for the lock
 * @param lease how long the lock holds at most
 */
record LockOperation(String name, @Nullable MethodExpression key, Duration maxWait, Duration lease) {

	LockHandle acquire(Locks locks, MethodInvocation invocation) {
		String lock = (this.key != null) ? this.name + ":" + this.key.evaluate(invocation) : this.name;
		return locks.get(lock, this.lease).acquire(this.maxWait);
	}

}
