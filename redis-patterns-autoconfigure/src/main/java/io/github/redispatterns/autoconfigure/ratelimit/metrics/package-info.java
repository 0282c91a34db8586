/** Counters and gauges of rate limits. */
@NullMarked
package io.github.redispatterns.autoconfigure.ratelimit.metrics;

import org.jspecify.annotations.NullMarked;
