package io.github.redispatterns.lock;

/**
 * What a node asks a lock for.
 *
 * @param owner who shall have it, unique for each acquisition
 * @param leaseMillis for how long
 * @param waitedMicros how long its caller has waited already
 * @param joinsQueue whether to wait in Redis if the lock is taken
 */
record Claim(String owner, long leaseMillis, long waitedMicros, boolean joinsQueue) {
}
