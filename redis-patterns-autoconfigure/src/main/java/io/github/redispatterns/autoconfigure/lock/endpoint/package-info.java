/** Actuator endpoint of locks. */
@NullMarked
package io.github.redispatterns.autoconfigure.lock.endpoint;

import org.jspecify.annotations.NullMarked;
