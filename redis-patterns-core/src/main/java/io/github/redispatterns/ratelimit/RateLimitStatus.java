package io.github.redispatterns.ratelimit;

/**
 * What one policy does on this node.
 *
 * @param policy the policy with the limits that hold for those who have none of their own
 * @param changed whether these were changed at run time
 * @param leases number of keys of which this node has tokens in advance
 * @param calls number of keys with a call on its way that others may wait for
 */
public record RateLimitStatus(RateLimitPolicy policy, boolean changed, int leases, int calls) {
}
