/** Auto-configuration of how values become bytes. */
@NullMarked
package io.github.redispatterns.autoconfigure.codec;

import org.jspecify.annotations.NullMarked;
