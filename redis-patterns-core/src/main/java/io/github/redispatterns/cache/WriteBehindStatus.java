package io.github.redispatterns.cache;

import org.jspecify.annotations.Nullable;

/**
 * How writing to a source later is going.
 *
 * @param waiting how many writes wait, on all nodes
 * @param dead how many could not be done
 * @param here whether this node does the writes
 * @param lastFailure what the writer threw last on this node, or {@code null}
 */
public record WriteBehindStatus(long waiting, long dead, boolean here, @Nullable String lastFailure) {
}
