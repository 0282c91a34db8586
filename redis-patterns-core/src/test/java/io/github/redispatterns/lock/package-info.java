/** Tests. */
@NullMarked
package io.github.redispatterns.lock;

import org.jspecify.annotations.NullMarked;
