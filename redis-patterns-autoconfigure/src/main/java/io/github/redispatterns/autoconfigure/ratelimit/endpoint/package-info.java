/** Actuator endpoint of rate limits. */
@NullMarked
package io.github.redispatterns.autoconfigure.ratelimit.endpoint;

import org.jspecify.annotations.NullMarked;
