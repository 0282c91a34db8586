package io.github.redispatterns.coordination;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Executes a method once for each key, over all nodes. A call that comes later under the
 * same key returns the answer of then; one that comes meanwhile waits or is refused with
 * {@link OperationInFlightException}. What is promised and what is not stands at
 * {@link IdempotentOperation}.
 * <p>
 * The answer is kept by the method's return type, in JSON. The method may return a
 * {@code Mono} or a {@code CompletionStage}; its work then goes on to its end, and its
 * answer is kept, also if the caller cancels.
 * <p>
 * On a handler method of Spring MVC without {@link #key} the key comes from the client,
 * in the HTTP field {@code Idempotency-Key}
 * (draft-ietf-httpapi-idempotency-key-header-07), and what is kept is the HTTP answer.
 * Outside of locks, caches and transactions, inside of rate limits.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Idempotent {

	/**
	 * Name of the operation, which keeps its keys apart from those of others. Not used
	 * with the HTTP field.
	 * @return the name; empty for class and method
	 */
	String name() default "";

	/**
	 * SpEL expression for the key; the parameters of the method are variables, such as
	 * {@code #order.id}.
	 * @return the expression; empty on a handler method for the HTTP field
	 */
	String key() default "";

	/**
	 * SpEL expression for what must be the same when a key comes again, such as
	 * {@code #amount}; if it differs, the call fails with {@link KeyReusedException}. Not
	 * used with the HTTP field, where it is the whole request.
	 * @return the expression; empty not to compare
	 */
	String fingerprint() default "";

	/**
	 * How long the answer is kept, such as {@code 24h}.
	 * @return a duration; empty for {@code redis-patterns.coordination.idempotency.ttl}
	 */
	String ttl() default "";

	/**
	 * How long the operation stays claimed by a node that is not heard of any more, such
	 * as {@code 30s}. Renewed while the method runs.
	 * @return a duration; empty for {@code redis-patterns.coordination.idempotency.lease}
	 */
	String lease() default "";

	/**
	 * How long to wait for the answer while another executes the operation, such as
	 * {@code 5s}.
	 * @return a duration; empty for
	 * {@code redis-patterns.coordination.idempotency.max-wait}
	 */
	String maxWait() default "";

	/**
	 * Exceptions that are answers too, subclasses included: kept, and thrown again as
	 * {@link StoredFailureException}. On a handler method with the HTTP field, the
	 * responses to these exceptions are kept, whatever their status. After any other
	 * exception the next call executes the method again.
	 * @return their types
	 */
	Class<? extends Throwable>[] storedFailures() default {};

	/**
	 * With the HTTP field: SpEL expression for whom the key of a request belongs to, so
	 * that nobody gets the answers of somebody else. Variables are {@code #request},
	 * {@code #session} (attributes by name), {@code #principal} and the path variables by
	 * name.
	 * @return the expression; empty for the name of the principal
	 */
	String scope() default "";

	/**
	 * With the HTTP field: whether a request without it is refused with status 400, or
	 * executed as any other.
	 * @return whether it is refused
	 */
	boolean required() default true;

}
