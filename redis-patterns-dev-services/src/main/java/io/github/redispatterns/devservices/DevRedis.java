package io.github.redispatterns.devservices;

import java.util.ArrayList;
import java.util.List;

/** Starts a Redis from the first source that has one. */
public final class DevRedis {

	private DevRedis() {
	}

	/**
	 * Start a server from any source.
	 * @return the server
	 * @throws IllegalStateException if no source has one; the message says why
	 */
	public static RedisServer start() {
		return start(DevRedisOptions.ofDefaults());
	}

	/**
	 * Start a server. Blocks until it answers.
	 * @param options which server
	 * @return the server
	 * @throws IllegalStateException if no source has one; the message says why
	 */
	public static RedisServer start(DevRedisOptions options) {
		return startFirst(sources(options));
	}

	/**
	 * A server that all who ask for it in this JVM share, such as test classes.
	 * @return the server, started at the first call; it ends with the JVM and not when it
	 * is closed
	 */
	public static RedisServer shared() {
		return Shared.SERVER;
	}

	static List<RedisSource> sources(DevRedisOptions options) {
		return switch (options.source()) {
			case AUTO -> List.of(new ContainerSource(options.image()), new PathSource(), new CarriedSource());
			case CONTAINER -> List.of(new ContainerSource(options.image()));
			case PATH -> List.of(new PathSource());
			case CARRIED -> List.of(new CarriedSource());
		};
	}

	static RedisServer startFirst(List<RedisSource> sources) {
		List<String> reasons = new ArrayList<>();
		for (RedisSource source : sources) {
			try {
				return source.start();
			}
			catch (RedisSource.Unavailable ex) {
				reasons.add(source + ": " + ex.getMessage());
			}
		}
		throw new IllegalStateException("No Redis for development could be started. " + String.join("; ", reasons)
				+ ". Name a server of your own with spring.data.redis.url.");
	}

	private static final class Shared {

		private static final RedisServer SERVER = start().keptOpen();

	}

}
