package io.github.redispatterns.ratelimit;

/**
 * Decides which limits hold for whom, such as by plan or tenant. Called for each
 * decision, on the caller's thread: answer from memory.
 */
@FunctionalInterface
public interface LimitResolver {

	/**
	 * Find the limits.
	 * @param policy the policy as it is configured, or as it was changed at run time
	 * @param key who is asking
	 * @return the same policy, or it with other bandwidths; what was counted stays,
	 * unless a period changes
	 */
	RateLimitPolicy resolve(RateLimitPolicy policy, String key);

}
