/** Auto-configuration of rate limits on HTTP requests, in Spring MVC and WebFlux. */
@NullMarked
package io.github.redispatterns.autoconfigure.ratelimit.web;

import org.jspecify.annotations.NullMarked;
