package io.github.redispatterns.cache;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Caches each element of what a method returns for a collection of keys. The method is
 * called with those keys only that the cache has no value for, and not at all if it has
 * all. A key that the method gives nothing for is remembered as having no value.
 * <p>
 * The method has one parameter, a {@code Collection}, {@code List} or {@code Set} of
 * keys, and returns a {@code Map} of values by key; or a {@code Collection} or
 * {@code List} of values, and {@link #key} says which is which. Values are returned in
 * the order of the keys.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface CacheableAll {

	/**
	 * The cache.
	 * @return its name
	 */
	String value();

	/**
	 * The key of a value, where the method returns a collection.
	 * @return a SpEL expression whose root object is the value, such as {@code "id"}
	 */
	String key() default "";

}
