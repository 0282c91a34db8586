/** Tell everybody who listens now: typed messages on channels. */
@NullMarked
package io.github.redispatterns.pubsub;

import org.jspecify.annotations.NullMarked;
