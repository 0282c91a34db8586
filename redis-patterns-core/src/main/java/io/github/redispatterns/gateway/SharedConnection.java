package io.github.redispatterns.gateway;

import java.util.concurrent.CompletableFuture;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The connection that Spring Data Redis shares between all its users. It is taken at the
 * first call, on a thread of its own because taking it may block, and again at the next
 * call after that failed.
 */
final class SharedConnection {

	private final LettuceConnectionFactory factory;

	private @Nullable CompletableFuture<LettuceConnection> connecting;

	private volatile @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands;

	SharedConnection(LettuceConnectionFactory factory) {
		this.factory = factory;
	}

	/**
	 * The commands, if the connection stands.
	 * @return nothing while it does not
	 */
	@Nullable RedisClusterAsyncCommands<byte[], byte[]> commands() {
		return this.commands;
	}

	/**
	 * Take the connection.
	 * @return the commands, or what went wrong
	 */
	synchronized CompletableFuture<RedisClusterAsyncCommands<byte[], byte[]>> connect() {
		CompletableFuture<LettuceConnection> current = this.connecting;
		if (current == null || current.isCompletedExceptionally()) {
			current = new CompletableFuture<>();
			this.connecting = current;
			start(current);
		}
		return current.thenApply(LettuceConnection::getNativeConnection);
	}

	synchronized void release() {
		CompletableFuture<LettuceConnection> current = this.connecting;
		this.connecting = null;
		this.commands = null;
		if (current != null) {
			current.thenAccept(LettuceConnection::close);
		}
	}

	private void start(CompletableFuture<LettuceConnection> result) {
		Thread thread = new Thread(() -> connect(result), "redis-patterns-connect");
		thread.setDaemon(true);
		thread.start();
	}

	private void connect(CompletableFuture<LettuceConnection> result) {
		try {
			LettuceConnection connection = (LettuceConnection) this.factory.getConnection();
			publish(result, connection.getNativeConnection());
			result.complete(connection);
		}
		catch (RuntimeException ex) {
			result.completeExceptionally(ex);
		}
	}

	private synchronized void publish(CompletableFuture<LettuceConnection> result,
			RedisClusterAsyncCommands<byte[], byte[]> connected) {
		if (this.connecting == result) {
			this.commands = connected;
		}
	}

}
