/** Tests of the auto-configuration. */
@NullMarked
package io.github.redispatterns.autoconfigure.cache;

import org.jspecify.annotations.NullMarked;
