/** Auto-configuration of the HTTP field {@code Idempotency-Key} in Spring MVC. */
@NullMarked
package io.github.redispatterns.autoconfigure.coordination.web;

import org.jspecify.annotations.NullMarked;
