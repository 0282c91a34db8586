package io.github.redispatterns.cache;

import org.jspecify.annotations.Nullable;

/**
 * What time it is on the server, as of the last answers that said so and the ticks of
 * this JVM since. The wall clock of this machine plays no part. Wrong by at most half a
 * round trip, and by how far the clocks of the masters of a cluster are apart.
 */
final class ServerClock {

	/** How much two clocks may drift apart, as a fraction: quartz is ten times better. */
	private static final double DRIFT = 2e-4;

	private volatile @Nullable Sample best;

	/**
	 * Learn the time.
	 * @param serverMicros what the server said
	 * @param sentNanos {@link System#nanoTime} before it was asked
	 */
	void heard(long serverMicros, long sentNanos) {
		long now = System.nanoTime();
		Sample sample = new Sample(serverMicros - (sentNanos / 2 + now / 2) / 1000, (now - sentNanos) / 2, now);
		Sample known = this.best;
		if (known == null || sample.error() <= known.errorAt(now)) {
			this.best = sample;
		}
	}

	boolean isKnown() {
		return this.best != null;
	}

	/**
	 * The time on the server.
	 * @return microseconds since 1970
	 * @throws IllegalStateException before it was {@link #heard}
	 */
	long nowMicros() {
		Sample known = this.best;
		if (known == null) {
			throw new IllegalStateException("The server's time was never heard");
		}
		return System.nanoTime() / 1000 + known.offsetMicros();
	}

	private record Sample(long offsetMicros, long error, long atNanos) {

		double errorAt(long nanos) {
			return this.error + (nanos - this.atNanos) * DRIFT;
		}

	}

}
