/**
 * How a pattern reads its annotation: the advisor around the method, SpEL compiled once,
 * and the error that stops the start when the declaration cannot work.
 */
@NullMarked
package io.github.redispatterns.annotation;

import org.jspecify.annotations.NullMarked;
