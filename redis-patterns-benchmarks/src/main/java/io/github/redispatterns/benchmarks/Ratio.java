package io.github.redispatterns.benchmarks;

import java.util.Locale;

/**
 * How we compare with a peer.
 *
 * @param of what was measured
 * @param peer the peer
 * @param value higher is better for us
 */
record Ratio(String of, String peer, double value) {

	String line(String pattern) {
		return String.format(Locale.ROOT, "ratio %s.%s.%s %.2f", pattern, this.of, this.peer, this.value);
	}

}
