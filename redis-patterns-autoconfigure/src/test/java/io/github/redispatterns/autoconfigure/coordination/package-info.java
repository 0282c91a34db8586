/** Tests. */
@NullMarked
package io.github.redispatterns.autoconfigure.coordination;

import org.jspecify.annotations.NullMarked;
