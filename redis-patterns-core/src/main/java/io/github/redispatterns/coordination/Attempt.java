package io.github.redispatterns.coordination;

import java.time.Duration;

/** What came of the attempt to execute an operation. */
public sealed interface Attempt {

	/**
	 * What came of it, in a word.
	 * @return the outcome for metrics
	 */
	String outcome();

	/**
	 * The operation is the caller's to execute.
	 *
	 * @param claim to be completed or released
	 */
	record Claimed(Claim claim) implements Attempt {

		@Override
		public String outcome() {
			return "claimed";
		}

	}

	/**
	 * Another executes it now.
	 *
	 * @param lease until when nobody else will, unless that one goes on renewing its
	 * claim
	 */
	record InFlight(Duration lease) implements Attempt {

		@Override
		public String outcome() {
			return "in-flight";
		}

	}

	/**
	 * It was executed.
	 *
	 * @param answer what was kept then
	 */
	record Answered(byte[] answer) implements Attempt {

		@Override
		public String outcome() {
			return "answered";
		}

	}

	/** It was asked for under the same key with another fingerprint. */
	record Different() implements Attempt {

		@Override
		public String outcome() {
			return "different";
		}

	}

}
