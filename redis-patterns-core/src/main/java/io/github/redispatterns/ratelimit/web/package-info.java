/** Rate limits at the edge of a Spring MVC application, and their HTTP answers. */
@NullMarked
package io.github.redispatterns.ratelimit.web;

import org.jspecify.annotations.NullMarked;
