/** Tests of the auto-configurations. */
@NullMarked
package io.github.redispatterns.autoconfigure;

import org.jspecify.annotations.NullMarked;
