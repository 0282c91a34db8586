package io.github.redispatterns.ratelimit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Limits how often a method runs, over all nodes. A call over the limit does not run and
 * fails with {@link RateLimitExceededException}, which becomes status 429 at the edge.
 * <p>
 * On a handler method of a controller the limit is checked before the request is read any
 * further; on a method of any other bean when another bean calls it. A method that
 * returns a {@code CompletionStage} holds no thread meanwhile, and is called on another
 * one if the decision was waited for; for one that returns a {@code Mono}, a {@code Flux}
 * or the like each subscription is a call, and nothing is decided before.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface RateLimited {

	/**
	 * The name of the policy, from {@code redis-patterns.rate-limit.policies}.
	 * @return the name
	 */
	String policy();

	/**
	 * SpEL expression for who is counted. On a bean method its parameters are variables
	 * ({@code #buyer}); on a controller the path variables by name, {@code #request},
	 * {@code #session} (the attributes as a map) and {@code #principal}.
	 * @return the expression; empty for the client's address on a controller, and for one
	 * count for everybody elsewhere
	 */
	String key() default "";

	/**
	 * SpEL expression for the units that a call takes, with the same variables; a whole
	 * number of at least 0.
	 * @return the expression; empty for 1
	 */
	String cost() default "";

	/**
	 * How long a call may wait for its turn, such as {@code 2s}; a call whose turn would
	 * come later is refused at once.
	 * @return a duration; empty for no wait
	 */
	String maxWait() default "";

	/**
	 * A method of the same class that answers a refused call in place of this one: the
	 * same parameters, to which a {@link RateLimitExceededException} may be added, and
	 * the same return type. Not for handler methods of controllers.
	 * @return its name; empty to fail
	 */
	String fallback() default "";

}
