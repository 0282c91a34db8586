/**
 * Who may do it now: locks over all nodes, their handles and the
 * {@link io.github.redispatterns.lock.DistributedLock} annotation.
 */
@NullMarked
package io.github.redispatterns.lock;

import org.jspecify.annotations.NullMarked;
