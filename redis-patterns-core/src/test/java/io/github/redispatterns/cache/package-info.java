/** Tests. */
@NullMarked
package io.github.redispatterns.cache;

import org.jspecify.annotations.NullMarked;
