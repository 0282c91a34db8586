package io.github.redispatterns.gateway;

import java.util.List;

/**
 * What a pattern answers while Redis does not. Which of these a pattern offers, and which
 * is its default, stands on its page.
 */
public enum OnRedisFailure {

	/** Go on as if Redis had said yes: the method runs, the request passes. */
	OPEN,

	/** Fail the caller with a {@code RedisUnavailableException}. */
	CLOSED,

	/** Decide in this process alone, with this node's share of what is allowed. */
	LOCAL;

	/**
	 * Check that this is among what a pattern offers.
	 * @param offered what it offers
	 * @return this
	 * @throws IllegalArgumentException if it is not
	 */
	public OnRedisFailure requireAnyOf(OnRedisFailure... offered) {
		if (!List.of(offered).contains(this)) {
			throw new IllegalArgumentException("%s is not offered here, only %s".formatted(this, List.of(offered)));
		}
		return this;
	}

}
