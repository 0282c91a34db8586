/** Tests of the auto-configuration. */
@NullMarked
package io.github.redispatterns.autoconfigure.ratelimit;

import org.jspecify.annotations.NullMarked;
