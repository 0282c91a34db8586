package io.github.redispatterns.ratelimit.web;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a request costs: a fixed number of units, or what an expression says.
 *
 * @param units the number, if there is no expression
 * @param expression gives the number
 */
public record RequestCost(long units, @Nullable RequestExpression expression) {

	/** One unit. */
	public static final RequestCost ONE = new RequestCost(1, null);

	/**
	 * Check the number.
	 * @throws IllegalArgumentException if it is negative
	 */
	public RequestCost {
		if (units < 0) {
			throw new IllegalArgumentException("The cost must not be negative but is " + units);
		}
	}

	long of(LimitedRequest request, Map<String, String> path) {
		return (this.expression != null) ? this.expression.number(request, path) : this.units;
	}

	boolean uses(String variable) {
		return this.expression != null && this.expression.uses(variable);
	}

}
