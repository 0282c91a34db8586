/** Tests. */
@NullMarked
package io.github.redispatterns.gateway;

import org.jspecify.annotations.NullMarked;
