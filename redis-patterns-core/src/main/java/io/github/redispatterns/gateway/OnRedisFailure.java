package io.github.redispatterns.gateway;

/**
 * What a pattern answers while Redis does not. Which of these a pattern offers, and which
 * is its default, stands on its page.
 */
public enum OnRedisFailure {

	/** Go on as if Redis had said yes: the method runs, the request passes. */
	OPEN,

	/** Fail the caller with a {@code RedisUnavailableException}. */
	CLOSED

}
