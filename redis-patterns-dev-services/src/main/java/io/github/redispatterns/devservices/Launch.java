package io.github.redispatterns.devservices;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a server is started with.
 *
 * @param endpoint where it will listen
 * @param arguments its arguments
 * @param files what it finds in its working directory, text by name
 * @param keepsFiles whether it needs that directory while it runs; otherwise it is
 * removed as soon as the server answers
 */
record Launch(Endpoint endpoint, List<String> arguments, Map<String, String> files, boolean keepsFiles) {

	private static final List<String> IN_MEMORY = List.of("--bind", Endpoint.LOOPBACK, "--protected-mode", "yes",
			"--save", "", "--appendonly", "no", "--daemonize", "no");

	/**
	 * A server that keeps its data in memory, in the clear and for everyone.
	 * @param port where it listens
	 * @param more further arguments
	 * @return what to start
	 */
	static Launch inMemory(int port, String... more) {
		return inMemory(Endpoint.local(port), "--port", String.valueOf(port)).with(more);
	}

	/**
	 * A server that keeps its data in memory.
	 * @param endpoint where it listens as the arguments tell it
	 * @param more further arguments
	 * @return what to start
	 */
	static Launch inMemory(Endpoint endpoint, String... more) {
		return new Launch(endpoint, IN_MEMORY, Map.of(), false).with(more);
	}

	private Launch with(String... more) {
		List<String> all = Stream.concat(this.arguments.stream(), Stream.of(more)).toList();
		return new Launch(this.endpoint, all, this.files, this.keepsFiles);
	}

	/**
	 * The same with files that are only read at the start.
	 * @param files text by name
	 * @return what to start
	 */
	Launch reading(Map<String, String> files) {
		return new Launch(this.endpoint, this.arguments, files, false);
	}

	/**
	 * The same with files that the server writes to.
	 * @param files text by name
	 * @return what to start
	 */
	Launch keeping(Map<String, String> files) {
		return new Launch(this.endpoint, this.arguments, files, true);
	}

}
