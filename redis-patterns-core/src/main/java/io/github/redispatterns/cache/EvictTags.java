package io.github.redispatterns.cache;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Invalidates, after the method has returned, all entries of some caches that have one of
 * some tags (see {@link CacheTags}), within a transaction after its commit. It takes as
 * long for a million entries as for one.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface EvictTags {

	/**
	 * The caches.
	 * @return their names
	 */
	String[] cacheNames();

	/**
	 * The tags.
	 * @return SpEL expressions: parameters are variables by name, what the method
	 * returned is {@code #result}; a collection or an array gives several tags,
	 * {@code null} none
	 */
	String[] tags();

}
