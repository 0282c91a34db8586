/** Auto-configuration of rate limits in Spring MVC. */
@NullMarked
package io.github.redispatterns.autoconfigure.ratelimit.web;

import org.jspecify.annotations.NullMarked;
