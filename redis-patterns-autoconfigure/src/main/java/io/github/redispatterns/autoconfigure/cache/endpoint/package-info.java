/** Actuator endpoint of caches. */
@NullMarked
package io.github.redispatterns.autoconfigure.cache.endpoint;

import org.jspecify.annotations.NullMarked;
