package io.github.redispatterns.coordination;

import java.util.function.Supplier;

/**
 * What one {@link OncePerCluster} annotation compiles to.
 *
 * @param task the task
 * @param fires says which fire a call belongs to
 */
record ScheduledTask(ClusterTask task, Supplier<Fire> fires) {
}
