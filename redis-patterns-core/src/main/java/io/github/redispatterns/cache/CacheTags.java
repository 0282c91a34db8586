package io.github.redispatterns.cache;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Tags what a method with {@code @Cacheable}, {@code @CachePut} or {@link CacheableAll}
 * puts in its caches, so that it can be invalidated by {@link EvictTags}.
 * <p>
 * Each tag is a SpEL expression: parameters are variables by name, the value is
 * {@code #result} (what is inside an optional or a future; with {@link CacheableAll} one
 * of the values at a time). An expression that gives a collection or an array gives
 * several tags, one that gives {@code null} gives none.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface CacheTags {

	/**
	 * The tags.
	 * @return SpEL expressions, such as {@code "'catalogue'"} or
	 * {@code "#result.categories"}
	 */
	String[] value();

}
