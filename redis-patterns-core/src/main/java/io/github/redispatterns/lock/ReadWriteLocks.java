package io.github.redispatterns.lock;

/**
 * Two locks of one name: any number of readers hold the one, or a single writer the
 * other. First come, first served: a reader that comes after a waiting writer waits
 * behind it, so neither side starves. Not upgradable: a reader that asks for the write
 * lock waits for itself.
 *
 * @param read for readers
 * @param write for writers
 */
public record ReadWriteLocks(NamedLock read, NamedLock write) {
}
