/** Tests of the auto-configuration. */
@NullMarked
package io.github.redispatterns.autoconfigure.gateway;

import org.jspecify.annotations.NullMarked;
