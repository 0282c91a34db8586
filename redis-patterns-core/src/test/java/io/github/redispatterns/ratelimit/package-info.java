/** Tests. */
@NullMarked
package io.github.redispatterns.ratelimit;

import org.jspecify.annotations.NullMarked;
