/** Tests. */
@NullMarked
package io.github.redispatterns.annotation;

import org.jspecify.annotations.NullMarked;
