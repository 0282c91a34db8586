package io.github.redispatterns.devservices;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A way in which Redis is run. Each can be started on the loopback interface.
 * <p>
 * {@link #STANDALONE} comes from any source, also from a container. The others are
 * several processes or need files, and come from the program on the {@code PATH}, else
 * from the carried one, also where a container is asked for.
 */
public enum Topology {

	/** One server, in the clear, for everyone: a {@link StandaloneRedis}. */
	STANDALONE,

	/** One server that wants TLS and a user: a {@link TlsRedis}. */
	TLS,

	/** A master, its replica and three sentinels: a {@link SentinelRedis}. */
	SENTINEL,

	/** Three masters with a replica each: a {@link RedisCluster}. */
	CLUSTER;

	private static final Map<Topology, RedisTopology> SHARED = new EnumMap<>(Topology.class);

	/**
	 * Start servers of one's own.
	 * @return the servers, ready to be written to; whoever started them closes them
	 * @throws IllegalStateException if they cannot be started; the message says why
	 */
	public RedisTopology start() {
		return start(DevRedisOptions.ofSystemProperties());
	}

	/**
	 * Start servers of one's own.
	 * @param options where they come from
	 * @return the servers, ready to be written to; whoever started them closes them
	 * @throws IllegalStateException if they cannot be started; the message says why
	 */
	public RedisTopology start(DevRedisOptions options) {
		return switch (this) {
			case STANDALONE -> StandaloneRedis.start(options);
			case TLS -> TlsRedis.start(options);
			case SENTINEL -> SentinelRedis.start(options);
			case CLUSTER -> RedisCluster.start(options);
		};
	}

	/**
	 * The servers that all in this JVM share. Whoever makes them fail lets them
	 * {@link RedisTopology#heal() heal}.
	 * @return the servers, started at the first call; they end with the JVM and not when
	 * they are closed
	 * @throws IllegalStateException if they cannot be started; the message says why
	 */
	public RedisTopology shared() {
		synchronized (SHARED) {
			return SHARED.computeIfAbsent(this, Topology::startShared);
		}
	}

	private RedisTopology startShared() {
		RedisTopology redis = start();
		redis.processes().forEach(RedisServer::share);
		return redis;
	}

	/**
	 * All that were {@link #shared() shared} so far in this JVM.
	 * @return the servers that somebody asked for
	 */
	public static Collection<RedisTopology> allShared() {
		synchronized (SHARED) {
			return List.copyOf(SHARED.values());
		}
	}

}
