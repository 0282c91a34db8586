package io.github.redispatterns.lock;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import io.github.redispatterns.annotation.MethodExpression;

/**
 * What one {@link DistributedLock} annotation compiles to.
 *
 * @param name first part of the lock's name
 * @param key second part, if there is one
 * @param settings how to wait for the lock and to hold it
 */
record LockOperation(String name, @Nullable MethodExpression key, LockSettings settings) {

	LockHandle acquire(Locks locks, MethodInvocation invocation) {
		String lock = (this.key != null) ? this.name + ":" + this.key.evaluate(invocation) : this.name;
		return locks.get(lock).with(this.settings).acquire();
	}

}
