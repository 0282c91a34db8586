package io.github.redispatterns.gateway;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BiConsumer;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The connection that Spring Data Redis shares between all its users. It is taken at the
 * first call, on a thread of its own because taking it may block, and again at the next
 * call after that failed. Calls that come meanwhile wait in their order. Where the
 * application reads from replicas it is a connection apart, which does not.
 */
final class SharedConnection implements Route {

	private final LettuceConnectionFactory factory;

	private final Queue<BiConsumer<@Nullable RedisClusterAsyncCommands<byte[], byte[]>, @Nullable Throwable>> waiting = new ArrayDeque<>();

	private @Nullable Object connecting;

	private @Nullable LettuceConnection connection;

	private volatile @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands;

	SharedConnection(LettuceConnectionFactory factory) {
		this.factory = factory;
	}

	@Override
	public @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands() {
		return this.commands;
	}

	@Override
	public synchronized void whenConnected(
			BiConsumer<@Nullable RedisClusterAsyncCommands<byte[], byte[]>, @Nullable Throwable> call) {
		if (this.commands != null) {
			call.accept(this.commands, null);
			return;
		}
		this.waiting.add(call);
		if (this.connecting == null) {
			Object attempt = new Object();
			this.connecting = attempt;
			Thread thread = new Thread(() -> connect(attempt), "redis-patterns-connect");
			thread.setDaemon(true);
			thread.start();
		}
	}

	synchronized void release() {
		this.connecting = null;
		this.commands = null;
		if (this.connection != null) {
			this.connection.close();
			this.connection = null;
		}
	}

	private void connect(Object attempt) {
		try {
			boolean replicas = this.factory.getClientConfiguration().getReadFrom().isPresent();
			connected(attempt,
					replicas ? MasterConnection.open(this.factory) : (LettuceConnection) this.factory.getConnection());
		}
		catch (Throwable ex) {
			failed(attempt, ex);
		}
	}

	private synchronized void connected(Object attempt, LettuceConnection made) {
		if (this.connecting != attempt) {
			made.close();
			return;
		}
		RedisClusterAsyncCommands<byte[], byte[]> redis = made.getNativeConnection();
		this.connection = made;
		this.connecting = null;
		drain(redis, null);
		// Not earlier: who sees it overtakes those who wait.
		this.commands = redis;
	}

	private synchronized void failed(Object attempt, Throwable failure) {
		if (this.connecting == attempt) {
			this.connecting = null;
			drain(null, failure);
		}
	}

	private void drain(@Nullable RedisClusterAsyncCommands<byte[], byte[]> redis, @Nullable Throwable failure) {
		for (var call = this.waiting.poll(); call != null; call = this.waiting.poll()) {
			call.accept(redis, failure);
		}
	}

}
