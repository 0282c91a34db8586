/** Auto-configuration of the way to Redis. */
@NullMarked
package io.github.redispatterns.autoconfigure.gateway;

import org.jspecify.annotations.NullMarked;
