/** Tests. */
@NullMarked
package io.github.redispatterns.ratelimit.web;

import org.jspecify.annotations.NullMarked;
