package io.github.redispatterns.ratelimit;

import io.github.redispatterns.RedisPatternsException;

/** A call was over its limit and did not run. Carries no stack trace. */
public final class RateLimitExceededException extends RedisPatternsException {

	private final transient Decision decision;

	/**
	 * Create the exception.
	 * @param decision the refusal
	 */
	public RateLimitExceededException(Decision decision) {
		super("Over the limit of policy '%s', %d in %s; %s".formatted(decision.policy().name(),
				decision.policy().limit(), decision.policy().period(), decision.retryAfter().equals(Decision.NEVER)
						? "this request can never be allowed" : "try again in " + decision.retryAfter()),
				null, false);
		this.decision = decision;
	}

	/**
	 * The refusal.
	 * @return the decision
	 */
	public Decision decision() {
		return this.decision;
	}

}
