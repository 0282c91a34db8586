/**
 * Once, over all nodes: operations that are executed once for each key, scheduled tasks
 * that run once for each fire, and the election of one node among many.
 */
@NullMarked
package io.github.redispatterns.coordination;

import org.jspecify.annotations.NullMarked;
