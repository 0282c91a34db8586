package io.github.redispatterns.gateway;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A connection for one purpose, such as blocking reads, which shows under its name in
 * {@code CLIENT LIST}. The driver connects it again after it was lost; on a cluster and
 * beside a fixed master, without the name.
 */
public final class DedicatedConnection implements AutoCloseable {

	private final StatefulConnection<byte[], byte[]> connection;

	private final RedisClusterAsyncCommands<byte[], byte[]> commands;

	private final Runnable close;

	private final AtomicBoolean closed = new AtomicBoolean();

	private DedicatedConnection(StatefulConnection<byte[], byte[]> connection,
			RedisClusterAsyncCommands<byte[], byte[]> commands) {
		this(connection, commands, connection::close);
	}

	private DedicatedConnection(StatefulConnection<byte[], byte[]> connection,
			RedisClusterAsyncCommands<byte[], byte[]> commands, Runnable close) {
		this.connection = connection;
		this.commands = commands;
		this.close = close;
	}

	static DedicatedConnection open(LettuceConnectionFactory factory, String name) {
		AbstractRedisClient client = factory.getRequiredNativeClient();
		DedicatedConnection dedicated = (client instanceof RedisClusterClient cluster)
				? of(cluster.connect(ByteArrayCodec.INSTANCE)) : open(factory, (RedisClient) client);
		dedicated.setName(name);
		return dedicated;
	}

	// Again by the driver when it connects again; but not where an ACL forbids it,
	// because
	// then it would not connect.
	private void setName(String name) {
		this.commands.clientSetname(RedisGateway.utf8(name)).thenRun(() -> {
			if (this.connection instanceof StatefulRedisConnectionImpl<?, ?> single) {
				single.setClientName(name);
			}
		});
	}

	private static DedicatedConnection open(LettuceConnectionFactory factory, RedisClient client) {
		try {
			return of(client.connect(ByteArrayCodec.INSTANCE));
		}
		catch (IllegalStateException ex) {
			// It has no address: those of a fixed master and its replicas only the
			// factory knows.
			return of(MasterConnection.open(factory));
		}
	}

	private static DedicatedConnection of(LettuceConnection connection) {
		RedisClusterAsyncCommands<byte[], byte[]> commands = connection.getNativeConnection();
		return new DedicatedConnection(MasterConnection.driverOf(commands), commands, connection::close);
	}

	/**
	 * Open a connection that listens to a channel.
	 * @param client opens it
	 * @param name its name
	 * @param channel the channel
	 * @param listener gets the messages, on a thread of the driver
	 * @return the connection, subscribed again after it was lost
	 */
	static DedicatedConnection listen(AbstractRedisClient client, String name, String channel,
			Consumer<byte[]> listener) {
		StatefulRedisPubSubConnection<byte[], byte[]> connection = (client instanceof RedisClusterClient cluster)
				? cluster.connectPubSub(ByteArrayCodec.INSTANCE)
				: ((RedisClient) client).connectPubSub(ByteArrayCodec.INSTANCE);
		connection.addListener(new RedisPubSubAdapter<>() {

			@Override
			public void message(byte[] from, byte[] message) {
				listener.accept(message);
			}

		});
		DedicatedConnection dedicated = new DedicatedConnection(connection, connection.async());
		try {
			dedicated.setName(name);
			connection.sync().subscribe(RedisGateway.utf8(channel));
			return dedicated;
		}
		catch (RuntimeException ex) {
			dedicated.close();
			throw ex;
		}
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

	/**
	 * Whether it is not closed.
	 * @return {@code true} also while it is lost, when the driver connects it again
	 */
	boolean isOpen() {
		return !this.closed.get();
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.close.run();
		}
	}

}
