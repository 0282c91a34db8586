package io.github.redispatterns.devservices;

import java.util.stream.Stream;

/**
 * Which server to start.
 *
 * @param source where the server comes from
 * @param image image of the container, where the server comes from one
 */
public record DevRedisOptions(Source source, String image) {

	private static final String PREFIX = "redis-patterns.dev-services.";

	static final String DEFAULT_IMAGE = "redis:8-alpine";

	/**
	 * Check the options.
	 * @throws IllegalArgumentException if the image is blank
	 */
	public DevRedisOptions {
		if (image.isBlank()) {
			throw new IllegalArgumentException("The image of the Redis for development is '" + image
					+ "'. Set redis-patterns.dev-services.image to one such as " + DEFAULT_IMAGE + ".");
		}
	}

	/**
	 * The first source that works, and {@value #DEFAULT_IMAGE} for a container.
	 * @return the options
	 */
	public static DevRedisOptions ofDefaults() {
		return new DevRedisOptions(Source.AUTO, DEFAULT_IMAGE);
	}

	/**
	 * What the system properties {@code redis-patterns.dev-services.source} and
	 * {@code redis-patterns.dev-services.image} say, else {@link #ofDefaults()}. So tests
	 * run on another server without a change.
	 * @return the options
	 * @throws IllegalArgumentException if there is no source of that name
	 */
	public static DevRedisOptions ofSystemProperties() {
		return new DevRedisOptions(Source.of(System.getProperty(PREFIX + "source", Source.AUTO.name())),
				System.getProperty(PREFIX + "image", DEFAULT_IMAGE));
	}

	/**
	 * The same with another source.
	 * @param source where the server comes from
	 * @return the options
	 */
	public DevRedisOptions withSource(Source source) {
		return new DevRedisOptions(source, this.image);
	}

	/**
	 * The same with another image.
	 * @param image image of the container
	 * @return the options
	 * @throws IllegalArgumentException if the image is blank
	 */
	public DevRedisOptions withImage(String image) {
		return new DevRedisOptions(this.source, image);
	}

	/** Where the server comes from. */
	public enum Source {

		/** The first that works of the others, in their order. */
		AUTO,

		/** A container, where a container engine answers on this machine. */
		CONTAINER,

		/** The redis-server or valkey-server on the PATH. */
		PATH,

		/** The server that a jar on the class path carries, for Linux and macOS. */
		CARRIED;

		private static Source of(String name) {
			return Stream.of(values())
				.filter((source) -> source.name().equalsIgnoreCase(name))
				.findFirst()
				.orElseThrow(() -> new IllegalArgumentException("The source of the Redis for development is '" + name
						+ "'. Set " + PREFIX + "source to auto, container, path or carried."));
		}

	}

}
