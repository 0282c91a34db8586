package io.github.redispatterns.coordination;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a method with {@code @Scheduled} on one node for each fire, and never on two at
 * the same time. On all other nodes the call returns at once. What is promised and what
 * is not stands at {@link ClusterTask}.
 * <p>
 * With {@code cron} a fire is an instant of the calendar. Each node takes the last one
 * that has come by its own clock, so nodes whose clocks differ by less than
 * {@code redis-patterns.coordination.tasks.max-clock-skew} agree on it, and the fastest
 * clock runs it. Say the {@code zone} unless all nodes have the same. With
 * {@code fixedRate} and {@code fixedDelay} the clock of Redis alone decides: no run
 * before a period has passed since the last one was due, or a delay since it ended; a
 * node may come up to one such time later, as each has its own beat. A call that is early
 * by less than a tenth of the time, and less than a second, is in time.
 * <p>
 * A call from elsewhere counts as a fire too. The method returns nothing; what it throws
 * is recorded and goes to the scheduler's error handler.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface OncePerCluster {

	/**
	 * Name of the task, the same on all nodes.
	 * @return the name; empty for class and method
	 */
	String name() default "";

	/**
	 * After which time a run ends whose node is not heard of any more, such as
	 * {@code 30s}. Renewed while the method runs.
	 * @return a duration; empty for {@code redis-patterns.coordination.tasks.lease}
	 */
	String lease() default "";

}
