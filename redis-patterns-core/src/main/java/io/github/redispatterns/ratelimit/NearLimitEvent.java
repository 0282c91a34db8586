package io.github.redispatterns.ratelimit;

/**
 * Little is left of a policy for somebody, or nothing. Published to the listeners of the
 * application context at most once a period of each policy, and once a second, on each
 * node: a sign to look, not a count of those who are near their limit.
 *
 * @param key for whom
 * @param decision what was said to that request
 */
public record NearLimitEvent(String key, Decision decision) {
}
