package io.github.redispatterns.lock;

/** Which lock of a name a {@link DistributedLock} takes. */
public enum LockKind {

	/** For one holder: {@link Locks#get}. */
	MUTEX,

	/** For one holder, in the order of arrival over all nodes: {@link Locks#fair}. */
	FAIR,

	/** The readers' side of {@link Locks#readWrite}. */
	READ,

	/** The writers' side of {@link Locks#readWrite}. */
	WRITE,

	/** One of several permits: {@link Locks#semaphore}. */
	SEMAPHORE

}
