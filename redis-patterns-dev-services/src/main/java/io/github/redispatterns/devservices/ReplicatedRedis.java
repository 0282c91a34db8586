package io.github.redispatterns.devservices;

import java.time.Duration;
import java.util.List;

/**
 * Servers of which each master has a replica that can take its place. Replication is
 * asynchronous, as always with Redis: writes of the last moment may be lost.
 */
public abstract sealed class ReplicatedRedis extends RedisTopology permits RedisCluster, SentinelRedis {

	static final Duration FAILOVER_TIME = Duration.ofSeconds(60);

	ReplicatedRedis(List<RedisServer> servers) {
		super(servers);
	}

	/**
	 * Wait until servers that were just started work together.
	 * @param redis the servers
	 * @param <T> the topology
	 * @return the same; if they do not, they are closed
	 */
	static <T extends ReplicatedRedis> T started(T redis) {
		try {
			redis.heal();
			return redis;
		}
		catch (RuntimeException ex) {
			redis.close();
			throw ex;
		}
	}

	/**
	 * Let each master and its replica change places, and wait until all servers agree.
	 * @throws IllegalStateException if they do not within a minute
	 */
	public final void failover() {
		// Before that a former master may still say that it is one.
		awaitWhole();
		masters().forEach(this::failover);
	}

	/**
	 * Let a master and its replica change places, and wait until all servers agree.
	 * @param master the master
	 * @return the new master
	 * @throws IllegalStateException if they do not within a minute
	 */
	public final RedisServer failover(RedisServer master) {
		awaitWhole();
		RedisServer replica = replicaOf(master);
		changePlaces(master, replica);
		awaitWhole();
		return replica;
	}

	abstract void changePlaces(RedisServer master, RedisServer replica);

	/**
	 * Kill a master and wait until its replica has taken its place, which takes some
	 * seconds. It stays dead until {@link #heal()}.
	 * @param master the master
	 * @return the new master
	 * @throws IllegalStateException if there is none within a minute
	 */
	public final RedisServer crash(RedisServer master) {
		awaitWhole();
		RedisServer replica = replicaOf(master);
		master.kill();
		Await.until(FAILOVER_TIME, replica + " is master", () -> hasTakenOver(replica));
		return replica;
	}

	abstract boolean hasTakenOver(RedisServer replica);

	/**
	 * The replica of a master.
	 * @param master the master
	 * @return the server that follows it now
	 * @throws IllegalStateException if none does
	 */
	public final RedisServer replicaOf(RedisServer master) {
		return servers().stream()
			.filter((server) -> Role.of(server).isReplicaOf(master))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("No replica of " + master));
	}

}
