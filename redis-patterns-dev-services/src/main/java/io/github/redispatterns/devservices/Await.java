package io.github.redispatterns.devservices;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what a server does by itself. */
final class Await {

	private static final long INTERVAL_MILLIS = 10;

	private Await() {
	}

	/**
	 * Look until a condition holds.
	 * @param limit how long to look at most
	 * @param condition the condition; an error of the server means no
	 * @return whether it holds; {@code false} too where the thread is interrupted
	 */
	static boolean until(Duration limit, BooleanSupplier condition) {
		long deadline = System.nanoTime() + limit.toNanos();
		while (!holds(condition)) {
			if (System.nanoTime() > deadline || isInterrupted()) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Look until a condition holds, which it must.
	 * @param limit how long to look at most
	 * @param what the condition in words, for the message
	 * @param condition the condition; an error of the server means no
	 * @throws IllegalStateException if it does not hold in time
	 */
	static void until(Duration limit, String what, BooleanSupplier condition) {
		if (!until(limit, condition)) {
			throw new IllegalStateException("Waited in vain until " + what + " (limit " + limit.toSeconds() + " s)");
		}
	}

	private static boolean holds(BooleanSupplier condition) {
		try {
			return condition.getAsBoolean();
		}
		catch (RespException ex) {
			return false;
		}
	}

	private static boolean isInterrupted() {
		try {
			TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return true;
		}
	}

}
