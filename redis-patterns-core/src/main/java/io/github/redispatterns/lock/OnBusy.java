package io.github.redispatterns.lock;

/** What becomes of a call that does not get its lock in time. */
public enum OnBusy {

	/** It fails with {@link LockNotAcquiredException}. */
	THROW,

	/**
	 * It is skipped and returns nothing: {@code null}, an empty {@code Optional}, stage
	 * or publisher. Not for methods that return a primitive.
	 */
	SKIP,

	/** Another method is called in its place. */
	FALLBACK

}
