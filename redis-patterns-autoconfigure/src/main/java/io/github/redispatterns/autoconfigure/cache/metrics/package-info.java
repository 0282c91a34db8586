/** Meters of caches. */
@NullMarked
package io.github.redispatterns.autoconfigure.cache.metrics;

import org.jspecify.annotations.NullMarked;
