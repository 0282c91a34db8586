package io.github.redispatterns.ratelimit;

/**
 * What somebody asks of one policy.
 *
 * @param policy the name of the policy
 * @param key who is asking: any text, each has its own count
 * @param cost units to take, at least 0; with 0 nothing is taken, only looked at
 */
public record RateLimitRequest(String policy, String key, long cost) {

	/**
	 * Check the cost.
	 * @throws IllegalArgumentException if it is negative
	 */
	public RateLimitRequest {
		if (cost < 0) {
			throw new IllegalArgumentException("The cost must not be negative but is " + cost);
		}
	}

}
