package io.github.redispatterns.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * A server as a child process. A shell stands between: it reads from this JVM and ends
 * the server when the pipe breaks, which it does however the JVM ends.
 */
final class ServerProcess {

	private static final String HOST = "127.0.0.1";

	private static final Duration START_TIME = Duration.ofSeconds(10);

	private static final int TRIES = 3;

	/**
	 * Arguments: the shell's. A session of its own, where that can be had, keeps from
	 * shell and server what is meant for the group of this JVM: the interrupt key of the
	 * terminal, because the application ends first, and a kill that would leave the
	 * server without its shell.
	 */
	private static final String DETACH = "exec $(command -v setsid) sh \"$@\"";

	/**
	 * Arguments: the server and its own. There is nothing to save, and a server that is
	 * stopped or busy with a script hears no other signal than KILL.
	 */
	private static final String GUARD = """
			trap '' INT HUP
			exec 3<&0
			"$@" </dev/null 3<&- &
			server=$!
			trap 'kill -KILL $server' TERM
			(cat <&3 >/dev/null; kill -KILL $server) 2>/dev/null &
			wait $server
			""";

	private final Path log;

	private final int port;

	private final Process process;

	private ServerProcess(Path binary, int port) throws IOException {
		this.log = Files.createTempFile("redis-patterns-", ".log");
		this.port = port;
		this.process = new ProcessBuilder("sh", "-c", DETACH, "redis-patterns", "-c", GUARD, "redis-patterns",
				binary.toString(), "--bind", HOST, "--port", String.valueOf(port), "--protected-mode", "yes", "--save",
				"", "--appendonly", "no", "--daemonize", "no", "--dir", System.getProperty("java.io.tmpdir"))
			.redirectErrorStream(true)
			.redirectOutput(this.log.toFile())
			.start();
	}

	/**
	 * Start a server and wait until it answers.
	 * @param binary the program
	 * @param description where it comes from
	 * @return the server
	 * @throws RedisSource.Unavailable if it does not answer
	 */
	static RedisServer start(Path binary, String description) throws RedisSource.Unavailable {
		return start(binary, description, ServerProcess::freePort, START_TIME);
	}

	static RedisServer start(Path binary, String description, IntSupplier ports, Duration limit)
			throws RedisSource.Unavailable {
		try {
			// Another process may take the port between looking and listening.
			for (int attempt = 1; attempt < TRIES; attempt++) {
				ServerProcess server = new ServerProcess(binary, ports.getAsInt());
				if (server.isReady(limit)) {
					return new RedisServer(description, HOST, server.port, server::stop);
				}
			}
			return null;
		}
		catch (IOException ex) {
			throw new RedisSource.Unavailable(binary + " did not start: " + ex.getMessage());
		}
	}

}
