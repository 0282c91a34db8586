package io.github.redispatterns.ratelimit;

import java.util.List;

import io.github.redispatterns.RedisPatternsException;

/** A call was over its limit and did not run. Carries no stack trace. */
public final class RateLimitExceededException extends RedisPatternsException {

	private final transient Decisions decisions;

	/**
	 * Create the exception.
	 * @param decision the refusal
	 */
	public RateLimitExceededException(Decision decision) {
		this(new Decisions(List.of(decision)));
	}

	/**
	 * Create the exception.
	 * @param decisions what all limits said, of which at least one refuses
	 */
	public RateLimitExceededException(Decisions decisions) {
		super(message(decisions.tightest()), null, false);
		this.decisions = decisions;
	}

	/**
	 * The refusal.
	 * @return the decision, of several the one with the longest wait
	 */
	public Decision decision() {
		return this.decisions.tightest();
	}

	/**
	 * What all limits said.
	 * @return the decisions
	 */
	public Decisions decisions() {
		return this.decisions;
	}

	private static String message(Decision decision) {
		return "Over the limit of policy '%s', %d in %s; %s".formatted(decision.policy().name(), decision.limit(),
				decision.policy().period(), decision.retryAfter().equals(Decision.NEVER)
						? "this request can never be allowed" : "try again in " + decision.retryAfter());
	}

}
