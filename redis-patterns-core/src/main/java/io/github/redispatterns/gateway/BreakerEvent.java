package io.github.redispatterns.gateway;

/**
 * Redis stopped answering, or answers again. Published to the listeners of the
 * application context, in order, on a thread where they may block.
 *
 * @param open {@code true} if calls fail at once from now on
 */
public record BreakerEvent(boolean open) {
}
