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
		for (int attempt = 1; true; attempt++) {
			ServerProcess server = launch(binary, ports);
			boolean ready = server.isReady(limit);
			boolean ended = !server.process.isAlive();
			String log = server.takeLog();
			if (ready) {
				return new RedisServer(description, HOST, server.port, server::stop);
			}
			server.stop();
			// Another process may have taken the port between looking and listening.
			if (!ended || attempt == TRIES) {
				String what = ended ? " ended" : " did not answer (limit " + limit.toSeconds() + " s)";
				throw new RedisSource.Unavailable(binary + what + ": " + log);
			}
		}
	}

	private static ServerProcess launch(Path binary, IntSupplier ports) throws RedisSource.Unavailable {
		try {
			return new ServerProcess(binary, ports.getAsInt());
		}
		catch (IOException | UncheckedIOException ex) {
			throw new RedisSource.Unavailable(binary + " did not start: " + ex.getMessage());
		}
	}

	private boolean isReady(Duration limit) {
		long deadline = System.nanoTime() + limit.toNanos();
		try {
			while (!answers()) {
				if (this.process.waitFor(10, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
					return false;
				}
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Whether this server answers, and not another one that took its port.
	 * @return whether the process that answers is a child
	 */
	private boolean answers() {
		Probe probe = Probe.of(HOST, this.port);
		return probe.isRedis() && this.process.descendants().anyMatch((child) -> child.pid() == probe.processId());
	}

	private void stop() {
		try {
			this.process.getOutputStream().close();
			if (!this.process.waitFor(5, TimeUnit.SECONDS)) {
				this.process.descendants().forEach(ProcessHandle::destroyForcibly);
				this.process.destroyForcibly();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Read the end of the server's log and remove it; what is logged later goes nowhere.
	 * @return the last lines
	 */
	private String takeLog() {
		try {
			List<String> lines = new String(Files.readAllBytes(this.log), StandardCharsets.UTF_8).lines().toList();
			Files.delete(this.log);
			return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
		}
		catch (IOException ex) {
			return "its output cannot be read: " + ex;
		}
	}

	static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
