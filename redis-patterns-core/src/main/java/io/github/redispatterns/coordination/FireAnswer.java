package io.github.redispatterns.coordination;

/** What became of a fire on one node. */
public enum FireAnswer {

	/** The task was run here. */
	RAN,

	/**
	 * Another node, or an earlier call, was asked to run it for this fire; or none is due
	 * yet.
	 */
	DONE_BEFORE,

	/** A run was under way on some node, so this fire is skipped. */
	STILL_RUNNING,

	/** The instant lies in the future, by more than clocks may be wrong. */
	CLOCK_AHEAD,

	/** Redis did not answer, and the task was not run here. */
	UNKNOWN

}
