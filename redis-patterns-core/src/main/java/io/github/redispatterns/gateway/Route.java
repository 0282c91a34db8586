package io.github.redispatterns.gateway;

import java.util.function.BiConsumer;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/** Over which connection calls go. */
interface Route {

	/**
	 * The commands, if the connection stands.
	 * @return nothing while it does not
	 */
	@Nullable RedisClusterAsyncCommands<byte[], byte[]> commands();

	/**
	 * Wait for the connection.
	 * @param call gets the commands, or what went wrong
	 */
	void whenConnected(BiConsumer<@Nullable RedisClusterAsyncCommands<byte[], byte[]>, @Nullable Throwable> call);

	/**
	 * A way over a connection that stands.
	 * @param connection the connection
	 * @return its commands at any time
	 */
	static Route over(DedicatedConnection connection) {
		return new Route() {

			@Override
			public RedisClusterAsyncCommands<byte[], byte[]> commands() {
				return connection.commands();
			}

			@Override
			public void whenConnected(
					BiConsumer<@Nullable RedisClusterAsyncCommands<byte[], byte[]>, @Nullable Throwable> call) {
				call.accept(commands(), null);
			}

		};
	}

}
