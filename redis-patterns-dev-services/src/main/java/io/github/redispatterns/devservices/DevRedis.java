package io.github.redispatterns.devservices;

import java.util.ArrayList;
import java.util.List;

/** Starts a Redis from the first source that has one. */
public final class DevRedis {

	private DevRedis() {
	}

	/**
	 * Start the server that {@link DevRedisOptions#ofSystemProperties()} says.
	 * @return the server
	 * @throws IllegalStateException if no source has one; the message says why
	 */
	public static RedisServer start() {
		return start(DevRedisOptions.ofSystemProperties());
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
	 * A server that all who ask for it in this JVM share, such as test classes: that of
	 * {@link Topology#STANDALONE}.
	 * @return the server, started at the first call; it ends with the JVM and not when it
	 * is closed
	 */
	public static RedisServer shared() {
		return Topology.STANDALONE.shared().servers().get(0);
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
		return first(sources, RedisSource::start);
	}

	/**
	 * Start several servers that work together, from a source that has their program.
	 * @param options which source; there is no way with containers
	 * @param start starts them
	 * @param <T> the type of what is started
	 * @return what was started
	 * @throws IllegalStateException if no source has them; the message says why
	 */
	static <T> T startFrom(DevRedisOptions options, Start<BinarySource, T> start) {
		boolean container = options.source() == DevRedisOptions.Source.CONTAINER;
		List<RedisSource> sources = sources(container ? options.withSource(DevRedisOptions.Source.AUTO) : options);
		return first(sources.stream().filter(BinarySource.class::isInstance).map(BinarySource.class::cast).toList(),
				start);
	}

	private static <S, T> T first(List<S> sources, Start<S, T> start) {
		List<String> reasons = new ArrayList<>();
		for (S source : sources) {
			try {
				return start.from(source);
			}
			catch (RedisSource.Unavailable ex) {
				reasons.add(source + ": " + ex.getMessage());
			}
		}
		throw new IllegalStateException("No Redis for development could be started. " + String.join("; ", reasons)
				+ ". Name a server of your own with spring.data.redis.url.");
	}

	/**
	 * Starts something from a source.
	 *
	 * @param <S> the type of source
	 * @param <T> the type of what is started
	 */
	interface Start<S, T> {

		T from(S source) throws RedisSource.Unavailable;

	}

}
