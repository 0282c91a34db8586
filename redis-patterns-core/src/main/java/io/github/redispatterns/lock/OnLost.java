package io.github.redispatterns.lock;

/** What becomes of a call whose lock is lost while it runs. */
public enum OnLost {

	/**
	 * The loss is logged. The method learns it if it takes the {@link LockHandle} as a
	 * parameter.
	 */
	SIGNAL,

	/**
	 * Its thread is interrupted, and the call fails with {@link LockLostException}. Not
	 * for methods that return a stage or a publisher.
	 */
	INTERRUPT,

	/** It runs to its end and then fails with {@link LockLostException}. */
	FAIL_AFTER

}
