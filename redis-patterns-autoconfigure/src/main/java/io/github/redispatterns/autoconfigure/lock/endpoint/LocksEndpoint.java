package io.github.redispatterns.autoconfigure.lock.endpoint;

import java.util.Collection;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

import io.github.redispatterns.lock.LockHolder;
import io.github.redispatterns.lock.LockStatus;
import io.github.redispatterns.lock.Locks;

/**
 * Actuator endpoint {@code locks}: the locks that this JVM has or waits for; who has one
 * lock, on any node; and a way to take it away.
 */
@Endpoint(id = "locks")
public final class LocksEndpoint {

	private final Locks locks;

	LocksEndpoint(Locks locks) {
		this.locks = locks;
	}

	/**
	 * The locks of this JVM.
	 * @return what it has and waits for
	 */
	@ReadOperation
	public Collection<LockStatus> locks() {
		return this.locks.status();
	}

	/**
	 * Look who has a mutex.
	 * @param name the name of the lock
	 * @return the holder, or nothing if it is free
	 */
	@ReadOperation
	public @Nullable LockHolder holder(@Selector String name) {
		return this.locks.get(name).holder().orElse(null);
	}

	/**
	 * Take a mutex away from whoever has it.
	 * @param name the name of the lock
	 * @return whether anybody had it
	 */
	@DeleteOperation
	public Released release(@Selector String name) {
		return new Released(this.locks.forceRelease(name));
	}

	/**
	 * What came of a release.
	 *
	 * @param released whether anybody had the lock
	 */
	public record Released(boolean released) {
	}

}
