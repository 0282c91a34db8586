package io.github.redispatterns.lock;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A parameter of type {@code long} of a {@link DistributedLock} method that gets the
 * {@linkplain LockHandle#fencingToken fencing token} of its lock, whatever the caller
 * passes.
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface FencingToken {

}
