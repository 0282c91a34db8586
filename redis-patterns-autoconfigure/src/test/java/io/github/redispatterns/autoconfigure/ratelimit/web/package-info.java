/** Tests. */
@NullMarked
package io.github.redispatterns.autoconfigure.ratelimit.web;

import org.jspecify.annotations.NullMarked;
