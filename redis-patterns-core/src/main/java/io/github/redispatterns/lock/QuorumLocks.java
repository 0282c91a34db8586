package io.github.redispatterns.lock;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

import io.github.redispatterns.gateway.RedisGateway;
import io.github.redispatterns.key.KeySpace;

/**
 * Locks over several <em>independent</em> servers (the Redlock algorithm): whoever has a
 * lock at a majority of them has it. All are asked at the same time, none is waited for
 * longer than it may take; the lease counts from before the first was asked; what a
 * minority gave is given back at once; a server that has forgotten the lock gets it again
 * with the next renewal. Fencing tokens are agreed on by a majority too.
 * <p>
 * <b>What it gives:</b> the lock survives the death of a minority of the servers, without
 * replication.
 * <p>
 * <b>What it does not give:</b> mutual exclusion under all circumstances. A holder that
 * is stopped for longer than its lease does not know that it has lost the lock (use the
 * fencing token); a server that restarts empty may give the lock a second time, so keep
 * it out for as long as the longest lease, or have it write each change to disk
 * ({@code appendfsync always}); clocks of servers that jump shorten leases. One server
 * with fencing tokens is simpler and, for correctness, as good. See Martin Kleppmann,
 * "How to do distributed locking" (2016). Waiting polls every few milliseconds, and is
 * not fair.
 */
public final class QuorumLocks {

	/** No server is waited for longer. */
	private static final Duration SERVER_TIMEOUT = Duration.ofMillis(50);

	private static final int FEWEST = 3;

	private final List<RedisGateway> servers;

	private final LockEngine engine;

	private final LockSettings settings;

	/**
	 * Create the registry.
	 * @param servers gateways to at least 3 servers that share nothing; an odd number
	 * @param keys the key space of locks
	 * @param node what this JVM is called where others look who holds a lock
	 * @param settings of locks that are asked for without any
	 * @param executor runs listeners, and where asynchronous callers go on
	 */
	public QuorumLocks(List<RedisGateway> servers, KeySpace keys, String node, LockSettings settings,
			Executor executor) {
		if (servers.size() < FEWEST || servers.size() % 2 == 0) {
			throw new IllegalArgumentException(
					"A quorum needs an odd number of servers, at least 3, but there are " + servers.size());
		}
		this.servers = servers.stream().map((server) -> server.withTimeout(SERVER_TIMEOUT)).toList();
		this.engine = LockEngine.unwatched(servers.get(0), keys, node, executor);
		this.settings = settings;
	}

	/**
	 * A lock for one holder at a time.
	 * @param name any text
	 * @return the lock, which is not taken by this
	 */
	public NamedLock get(String name) {
		return new GatedLock(this.engine, new QuorumProtocol(this.servers, this.engine, name), this.settings);
	}

}
