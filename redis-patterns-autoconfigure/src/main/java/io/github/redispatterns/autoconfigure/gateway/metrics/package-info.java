/** Metrics of the way to Redis. */
@NullMarked
package io.github.redispatterns.autoconfigure.gateway.metrics;

import org.jspecify.annotations.NullMarked;
