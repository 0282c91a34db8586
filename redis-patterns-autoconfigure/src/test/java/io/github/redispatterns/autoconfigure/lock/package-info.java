/** Tests of the auto-configuration. */
@NullMarked
package io.github.redispatterns.autoconfigure.lock;

import org.jspecify.annotations.NullMarked;
