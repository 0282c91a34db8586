package io.github.redispatterns.gateway;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;

/**
 * A connection for one purpose, such as blocking reads, which shows under its name in
 * {@code CLIENT LIST}. The driver connects it again after it was lost.
 */
public final class DedicatedConnection implements AutoCloseable {

	private final StatefulConnection<byte[], byte[]> connection;

	private final RedisClusterAsyncCommands<byte[], byte[]> commands;

	private DedicatedConnection(StatefulConnection<byte[], byte[]> connection,
			RedisClusterAsyncCommands<byte[], byte[]> commands) {
		this.connection = connection;
		this.commands = commands;
	}

	static DedicatedConnection open(AbstractRedisClient client, String name) {
		DedicatedConnection dedicated = (client instanceof RedisClusterClient cluster)
				? of(cluster.connect(ByteArrayCodec.INSTANCE))
				: of(((RedisClient) client).connect(ByteArrayCodec.INSTANCE));
		dedicated.commands.clientSetname(RedisGateway.utf8(name));
		return dedicated;
	}

	private static DedicatedConnection of(StatefulRedisConnection<byte[], byte[]> connection) {
		return new DedicatedConnection(connection, connection.async());
	}

	private static DedicatedConnection of(StatefulRedisClusterConnection<byte[], byte[]> connection) {
		return new DedicatedConnection(connection, connection.async());
	}

	/**
	 * Its commands, without deadline and breaker.
	 * @return commands whose futures fail with the driver's exceptions
	 */
	public RedisClusterAsyncCommands<byte[], byte[]> commands() {
		return this.commands;
	}

	StatefulConnection<byte[], byte[]> connection() {
		return this.connection;
	}

	boolean isOpen() {
		return this.connection.isOpen();
	}

	@Override
	public void close() {
		if (isOpen()) {
			this.connection.close();
		}
	}

}
