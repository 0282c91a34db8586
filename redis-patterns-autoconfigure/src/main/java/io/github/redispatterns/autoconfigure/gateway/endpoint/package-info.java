/** Actuator endpoint of the library. */
@NullMarked
package io.github.redispatterns.autoconfigure.gateway.endpoint;

import org.jspecify.annotations.NullMarked;
