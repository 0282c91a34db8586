package io.github.redispatterns.ratelimit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Limits how often a method runs, over all nodes. A call over the limit does not run and
 * fails with {@link RateLimitExceededException}, which Spring MVC answers with status
 * 429.
 * <p>
 * On a handler method of a Spring MVC controller the limit is checked before the request
 * is read any further; on a method of any other bean when another bean calls it.
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

}
