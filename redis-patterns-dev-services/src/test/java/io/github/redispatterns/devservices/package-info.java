/** Tests of the Redis for development. */
@NullMarked
package io.github.redispatterns.devservices;

import org.jspecify.annotations.NullMarked;
