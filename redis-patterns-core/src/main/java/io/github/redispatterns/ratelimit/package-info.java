/**
 * How often something may happen: policies, limiters and the
 * {@link io.github.redispatterns.ratelimit.RateLimited} annotation.
 */
@NullMarked
package io.github.redispatterns.ratelimit;

import org.jspecify.annotations.NullMarked;
