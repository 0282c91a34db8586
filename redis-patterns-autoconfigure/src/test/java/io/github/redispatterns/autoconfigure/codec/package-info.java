/** Tests of the auto-configuration. */
@NullMarked
package io.github.redispatterns.autoconfigure.codec;

import org.jspecify.annotations.NullMarked;
