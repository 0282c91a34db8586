/**
 * Rate limits at the edge of an application: rules for requests, annotations on handler
 * methods, and their HTTP answers, the same in Spring MVC and in WebFlux.
 */
@NullMarked
package io.github.redispatterns.ratelimit.web;

import org.jspecify.annotations.NullMarked;
