package io.github.redispatterns.lock;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a method under a {@link NamedLock}: one call at a time for each key, over all
 * nodes. A call that does not get the lock in time fails with
 * {@link LockNotAcquiredException} and does not run. The lock is taken before a
 * transaction of the same method begins and given back after it ended.
 * <p>
 * The method must do its work before it returns; one that returns a future or a publisher
 * is refused when the application starts.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface DistributedLock {

	/**
	 * First part of the lock's name.
	 * @return the name; empty for class and method
	 */
	String name() default "";

	/**
	 * SpEL expression for the second part of the lock's name; the parameters of the
	 * method are variables, such as {@code #seatId}.
	 * @return the expression; empty for one lock for all calls
	 */
	String key() default "";

	/**
	 * How long to wait for the lock, such as {@code 2s}.
	 * @return a duration; empty for {@code redis-patterns.lock.max-wait}
	 */
	String maxWait() default "";

	/**
	 * How long the lock holds at most, such as {@code 10s}; choose more than the method
	 * ever takes.
	 * @return a duration; empty for {@code redis-patterns.lock.lease}
	 */
	String lease() default "";

}
