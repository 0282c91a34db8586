/** Tests. */
@NullMarked
package io.github.redispatterns.codec;

import org.jspecify.annotations.NullMarked;
