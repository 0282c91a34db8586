/** Gauges of locks. */
@NullMarked
package io.github.redispatterns.autoconfigure.lock.metrics;

import org.jspecify.annotations.NullMarked;
