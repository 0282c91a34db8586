package io.github.redispatterns.ratelimit;

import java.time.Duration;

/**
 * What a node does so that busy keys need few trips to Redis.
 *
 * @param denyFor how long a refusal is believed at most, zero to ask every time
 * @param lease how long tokens may be spent after they were taken, zero to take none in
 * advance
 */
public record HotKeys(Duration denyFor, Duration lease) {

	/** How long a refusal is believed unless configured otherwise. */
	public static final Duration DEFAULT_DENY_FOR = Duration.ofMillis(100);

	public HotKeys {
		requireNotNegative("deny-for", denyFor);
		requireNotNegative("lease", lease);
	}

	/**
	 * The defaults.
	 * @return refusals are believed for {@link #DEFAULT_DENY_FOR}, nothing is leased
	 */
	public static HotKeys ofDefaults() {
		return new HotKeys(DEFAULT_DENY_FOR, Duration.ZERO);
	}

	/**
	 * The same with leases.
	 * @param lease how long tokens may be spent after they were taken
	 * @return the settings
	 */
	public HotKeys withLease(Duration lease) {
		return new HotKeys(this.denyFor, lease);
	}

	/**
	 * What may be owed at once. Leased tokens may be spent later than they were taken; so
	 * that any span of time still has no more than the policy allows, what is refilled in
	 * that while is kept back from the burst.
	 * @param bandwidth what is allowed
	 * @return tokens times milliseconds
	 * @throws IllegalArgumentException if nothing would be left
	 */
	long capacity(Bandwidth bandwidth) {
		long period = bandwidth.period().toMillis();
		long all = bandwidth.burst() * period;
		long kept = this.lease.toMillis() * bandwidth.limit();
		if (all - kept < period) {
			throw new IllegalArgumentException(("The lease of %s is too long for a limit of %d in %s: its whole burst"
					+ " of %d is refilled in that time")
				.formatted(this.lease, bandwidth.limit(), bandwidth.period(), bandwidth.burst()));
		}
		return all - kept;
	}

	private static void requireNotNegative(String what, Duration value) {
		if (value.isNegative()) {
			throw new IllegalArgumentException(
					"The %s of hot keys must not be negative but is %s".formatted(what, value));
		}
	}

}
