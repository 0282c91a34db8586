/** Health of the way to Redis. */
@NullMarked
package io.github.redispatterns.autoconfigure.gateway.health;

import org.jspecify.annotations.NullMarked;
