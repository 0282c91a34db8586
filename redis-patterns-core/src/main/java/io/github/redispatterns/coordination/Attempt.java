package io.github.redispatterns.coordination;

import java.time.Duration;

/** What came of the attempt to execute an operation. */
public sealed interface Attempt {

	/**
	 * The operation is the caller's to execute.
	 *
	 * @param claim to be completed or released
	 */
	record Claimed(Claim claim) implements Attempt {
	}

	/**
	 * Another executes it now.
	 *
	 * @param lease until when nobody else will, unless that one goes on renewing its
	 * claim
	 */
	record InFlight(Duration lease) implements Attempt {
	}

	/**
	 * It was executed.
	 *
	 * @param answer what was kept then
	 */
	record Answered(byte[] answer) implements Attempt {
	}

	/** It was asked for under the same key with another fingerprint. */
	record Different() implements Attempt {
	}

}
