/** Auto-configuration of rate limits. */
@NullMarked
package io.github.redispatterns.autoconfigure.ratelimit;

import org.jspecify.annotations.NullMarked;
