package io.github.redispatterns.devservices;

import java.util.List;

/**
 * What a server says it is.
 *
 * @param name {@code master} or {@code slave}, as Redis calls them, or {@code none} of a
 * server that does not answer
 * @param masterPort where a replica's master listens, else 0
 * @param connected whether a replica is in sync with its master
 */
record Role(String name, long masterPort, boolean connected) {

	private static final Role NONE = new Role("none", 0, false);

	static Role of(RedisServer server) {
		try {
			return (server.command("ROLE") instanceof List<?> reply) ? of(reply) : NONE;
		}
		catch (RespException ex) {
			return NONE;
		}
	}

	private static Role of(List<?> reply) {
		String name = (String) reply.get(0);
		return "slave".equals(name) ? new Role(name, (Long) reply.get(2), "connected".equals(reply.get(3)))
				: new Role(name, 0, false);
	}

	boolean isMaster() {
		return "master".equals(this.name);
	}

	/**
	 * Whether the server is done with becoming what it is.
	 * @return {@code true} of a master, and of a replica in sync
	 */
	boolean isSettled() {
		return isMaster() || this.connected;
	}

	boolean isReplicaInSyncWith(RedisServer master) {
		return this.connected && isReplicaOf(master);
	}

	boolean isReplicaOf(RedisServer master) {
		return this.masterPort == master.port();
	}

}
