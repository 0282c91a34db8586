/** Auto-configuration of locks. */
@NullMarked
package io.github.redispatterns.autoconfigure.lock;

import org.jspecify.annotations.NullMarked;
