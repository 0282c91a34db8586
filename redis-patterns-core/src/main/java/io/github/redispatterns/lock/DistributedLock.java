package io.github.redispatterns.lock;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a method under a {@link NamedLock}: one call at a time for each key, over all
 * nodes, or as many as {@link #kind} says. The lock is taken before a transaction of the
 * same method begins and given back after it ended; if the caller is in a transaction
 * already, after that has ended. A method that is called under its own lock, on the same
 * thread, goes on at once.
 * <p>
 * A method that returns a {@code CompletionStage}, {@code CompletableFuture},
 * {@code Mono} or {@code Flux} has the lock until that is over, and takes it without
 * holding the thread; it has no lock of the calling thread's.
 * <p>
 * Parameters of type {@link LockHandle} get the handle, and those with
 * {@link FencingToken} its token.
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
	 * Which lock of that name.
	 * @return the kind
	 */
	LockKind kind() default LockKind.MUTEX;

	/**
	 * How many may hold a {@link LockKind#SEMAPHORE}.
	 * @return at least 1
	 */
	int permits() default 1;

	/**
	 * How long to wait for the lock, such as {@code 2s}.
	 * @return a duration; empty for {@code redis-patterns.lock.max-wait}
	 */
	String maxWait() default "";

	/**
	 * How long Redis keeps the lock for a holder that is not heard of any more, such as
	 * {@code 10s}. Renewed while the method runs.
	 * @return a duration; empty for {@code redis-patterns.lock.lease}
	 */
	String lease() default "";

	/**
	 * How long the lock is held at most, however long the method runs, such as
	 * {@code 5m}.
	 * @return a duration; empty for {@code redis-patterns.lock.max-hold}
	 */
	String maxHold() default "";

	/**
	 * What becomes of a call that does not get the lock in time.
	 * @return the reaction
	 */
	OnBusy onBusy() default OnBusy.THROW;

	/**
	 * The method that is called instead where {@link #onBusy} says so: of the same class,
	 * with the same parameters, with or without a {@link LockNotAcquiredException} after
	 * them, and with a return type that fits.
	 * @return its name
	 */
	String fallback() default "";

	/**
	 * What becomes of a call whose lock is lost while it runs.
	 * @return the reaction
	 */
	OnLost onLost() default OnLost.SIGNAL;

}
