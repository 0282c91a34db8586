package io.github.redispatterns.ratelimit.web;

import java.util.Set;

import io.github.redispatterns.RedisPatternsException;

/** A request is on the deny list of a rule. Carries no stack trace. */
public final class RequestDeniedException extends RedisPatternsException {

	private final transient Set<String> policies;

	RequestDeniedException(RequestRule rule) {
		super("The request is denied by rate-limit rule '%s'".formatted(rule.name()), null, false);
		this.policies = rule.policies();
	}

	/**
	 * The policies of the rule.
	 * @return their names
	 */
	public Set<String> policies() {
		return this.policies;
	}

}
