/** Tests. */
@NullMarked
package io.github.redispatterns.pubsub;

import org.jspecify.annotations.NullMarked;
