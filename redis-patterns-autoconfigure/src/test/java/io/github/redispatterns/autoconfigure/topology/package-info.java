/** All patterns on each way in which Redis is run. */
@NullMarked
package io.github.redispatterns.autoconfigure.topology;

import org.jspecify.annotations.NullMarked;
