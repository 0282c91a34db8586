/**
 * The HTTP field {@code Idempotency-Key} in Spring MVC
 * (draft-ietf-httpapi-idempotency-key-header-07).
 */
@NullMarked
package io.github.redispatterns.coordination.web;

import org.jspecify.annotations.NullMarked;
