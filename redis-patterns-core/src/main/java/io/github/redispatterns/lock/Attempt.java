package io.github.redispatterns.lock;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A caller on its way to a lock. Only one of the two forms is used, once. */
interface Attempt {

	/**
	 * Wait here.
	 * @return a handle, or nothing if the lock was busy
	 */
	Optional<LockHandle> await();

	/**
	 * Go on elsewhere.
	 * @return a handle, or nothing if the lock was busy
	 */
	CompletionStage<Optional<LockHandle>> async();

}
