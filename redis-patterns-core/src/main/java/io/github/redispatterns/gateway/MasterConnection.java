package io.github.redispatterns.gateway;

import io.lettuce.core.ReadFrom;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.masterreplica.StatefulRedisMasterReplicaConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnection.PipeliningFlushPolicy;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A connection of the application's factory that nobody shares, so that it can be told to
 * read from masters where the application reads from replicas, which know less.
 */
final class MasterConnection {

	private MasterConnection() {
	}

	/**
	 * Open a connection. Spring Data opens one that is not shared for a pipeline, and for
	 * nothing else that shows the driver's own connection. Commands leave at once all the
	 * same.
	 * @param factory the application's
	 * @return the connection, which reads from masters
	 */
	static LettuceConnection open(LettuceConnectionFactory factory) {
		LettuceConnection connection = (LettuceConnection) factory.getConnection();
		try {
			connection.setPipeliningFlushPolicy(PipeliningFlushPolicy.flushEachCommand());
			connection.openPipeline();
			readFromMasters(driverOf(connection.getNativeConnection()));
			return connection;
		}
		catch (RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	/**
	 * The driver's connection.
	 * @param commands its commands
	 * @return the connection
	 */
	static StatefulConnection<byte[], byte[]> driverOf(RedisClusterAsyncCommands<byte[], byte[]> commands) {
		return (commands instanceof RedisAdvancedClusterAsyncCommands<byte[], byte[]> cluster)
				? cluster.getStatefulConnection()
				: ((RedisAsyncCommands<byte[], byte[]>) commands).getStatefulConnection();
	}

	private static void readFromMasters(StatefulConnection<byte[], byte[]> connection) {
		if (connection instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster) {
			cluster.setReadFrom(ReadFrom.UPSTREAM);
		}
		else if (connection instanceof StatefulRedisMasterReplicaConnection<byte[], byte[]> replicated) {
			replicated.setReadFrom(ReadFrom.UPSTREAM);
		}
	}

}
