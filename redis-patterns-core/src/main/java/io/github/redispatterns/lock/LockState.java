package io.github.redispatterns.lock;

/** What a holder knows of its lock. */
public enum LockState {

	/** The lock is held, and Redis said so when it was last asked. */
	HELD,

	/** The lock is held still, but Redis did not answer when it was to be renewed. */
	SUSPECT,

	/**
	 * The lock is not held any more, though it was not released: its lease or longest
	 * hold has ended, or somebody removed or took it.
	 */
	LOST,

	/** The holder gave the lock back. */
	RELEASED

}
