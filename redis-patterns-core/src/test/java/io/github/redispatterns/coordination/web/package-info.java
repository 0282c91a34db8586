/** Tests of the HTTP field for idempotency. */
@NullMarked
package io.github.redispatterns.coordination.web;

import org.jspecify.annotations.NullMarked;
