/** Auto-configuration of the cache pattern. */
@NullMarked
package io.github.redispatterns.autoconfigure.cache;

import org.jspecify.annotations.NullMarked;
