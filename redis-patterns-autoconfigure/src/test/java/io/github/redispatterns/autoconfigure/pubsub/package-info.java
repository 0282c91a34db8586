/** Tests of the auto-configuration. */
@NullMarked
package io.github.redispatterns.autoconfigure.pubsub;

import org.jspecify.annotations.NullMarked;
