/** Tests. */
@NullMarked
package io.github.redispatterns.key;

import org.jspecify.annotations.NullMarked;
