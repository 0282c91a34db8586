/** Auto-configuration of pub/sub. */
@NullMarked
package io.github.redispatterns.autoconfigure.pubsub;

import org.jspecify.annotations.NullMarked;
