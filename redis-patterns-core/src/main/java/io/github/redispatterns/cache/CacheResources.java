package io.github.redispatterns.cache;

import java.util.concurrent.Executor;

import io.github.redispatterns.codec.EntryCodec;
import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * What all caches of an application share.
 *
 * @param gateway the way to Redis
 * @param root the key space of the application
 * @param codec reads and writes entries
 * @param clock the time of the server
 * @param mailbox tells when leases end
 * @param log tells other nodes' near caches
 * @param executor where futures go on
 * @param background where loads run that nobody waits for
 */
record CacheResources(RedisGateway gateway, KeySpace root, EntryCodec codec, ServerClock clock, Mailbox mailbox,
		InvalidationLog log, Executor executor, Executor background) {
}
