package io.github.redispatterns.ratelimit;

import java.time.Duration;

/**
 * What a node does so that busy keys need few trips to Redis.
 *
 * @param denyFor how long a refusal is believed at most, zero to ask every time
 * @param lease how long tokens may be spent after they were taken, zero to take none in
 * advance; for buckets that are not refilled in that time, and unless their policy says
 * otherwise
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
	 * For how long tokens of a bucket may be spent after they were taken.
	 * @param policy a bucket with the limits that hold
	 * @return the lease that its policy asks for, else that of all; zero where the whole
	 * burst would be refilled in that time
	 */
	Duration lease(RateLimitPolicy policy) {
		Duration wanted = (policy.lease() != null) ? policy.lease() : this.lease;
		Bandwidth bandwidth = policy.bandwidths().get(0);
		long spare = (bandwidth.burst() - 1) * bandwidth.period().toMillis();
		return (wanted.compareTo(Duration.ofMillis(spare / bandwidth.limit())) <= 0) ? wanted : Duration.ZERO;
	}

	/**
	 * What may be owed at once. Leased tokens may be spent later than they were taken; so
	 * that any span of time still has no more than the policy allows, what is refilled in
	 * that while is kept back from the burst.
	 * @param policy a bucket with the limits that hold
	 * @return tokens times milliseconds
	 */
	long capacity(RateLimitPolicy policy) {
		Bandwidth bandwidth = policy.bandwidths().get(0);
		return bandwidth.burst() * bandwidth.period().toMillis() - lease(policy).toMillis() * bandwidth.limit();
	}

	/**
	 * Check that a policy can have the lease that it asks for.
	 * @param policy the policy as it is configured
	 * @throws IllegalArgumentException if it cannot
	 */
	void check(RateLimitPolicy policy) {
		Duration wanted = policy.lease();
		if (wanted == null || wanted.isZero()) {
			return;
		}
		if (!policy.isHot()) {
			throw new IllegalArgumentException(
					"Rate-limit policy '%s' has a lease, which only a bucket with one bandwidth can have"
						.formatted(policy.name()));
		}
		if (lease(policy).isZero()) {
			throw new IllegalArgumentException(("The lease of %s of rate-limit policy '%s' is too long for a limit of"
					+ " %d in %s: its whole burst of %d is refilled in that time")
				.formatted(wanted, policy.name(), policy.limit(), policy.period(), policy.capacity()));
		}
	}

	private static void requireNotNegative(String what, Duration value) {
		if (value.isNegative()) {
			throw new IllegalArgumentException(
					"The %s of hot keys must not be negative but is %s".formatted(what, value));
		}
	}

}
