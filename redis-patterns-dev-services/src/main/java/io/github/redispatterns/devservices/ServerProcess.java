package io.github.redispatterns.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server as a child process. A shell stands between: it reads from this JVM and ends
 * the server when the pipe breaks, which it does however the JVM ends.
 */
final class ServerProcess {

	private static final String HOST = "127.0.0.1";

	private static final Duration START_TIME = Duration.ofSeconds(10);

	private static final int TRIES = 3;

	/**
	 * Arguments: the server and its own. A session of its own, where that can be had,
	 * keeps the interrupt key of the terminal from the server: the application ends
	 * first.
	 */
	private static final String GUARD = """
			trap '' INT HUP
			exec 3<&0
			$(command -v setsid) "$@" </dev/null 3<&- &
			server=$!
			trap 'kill $server' TERM
			(cat <&3 >/dev/null; kill $server) 2>/dev/null &
			wait $server
			""";

	private final Path log;

	private final int port;

	private final Process process;

	private ServerProcess(Path binary) throws IOException {
		this.log = Files.createTempFile("redis-patterns-", ".log");
		this.port = freePort();
		this.process = new ProcessBuilder("sh", "-c", GUARD, "redis-patterns", binary.toString(), "--bind", HOST,
				"--port", String.valueOf(this.port), "--protected-mode", "yes", "--save", "", "--appendonly", "no",
				"--daemonize", "no", "--dir", System.getProperty("java.io.tmpdir"))
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
		String reason = "";
		// Another process may take the port between looking and listening.
		for (int attempt = 0; attempt < TRIES; attempt++) {
			try {
				ServerProcess server = new ServerProcess(binary);
				boolean ready = server.isReady();
				reason = server.takeLog();
				if (ready) {
					return new RedisServer(description, HOST, server.port, server::stop);
				}
				server.stop();
			}
			catch (IOException ex) {
				reason = ex.getMessage();
			}
		}
		throw new RedisSource.Unavailable(binary + " did not start: " + reason);
	}

	private boolean isReady() {
		long deadline = System.nanoTime() + START_TIME.toNanos();
		while (this.process.isAlive() && System.nanoTime() < deadline) {
			if (answers()) {
				return true;
			}
			pause();
		}
		return false;
	}

	private boolean answers() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(HOST, this.port), 1000);
			socket.setSoTimeout(1000);
			socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
		}
		catch (IOException ex) {
			return false;
		}
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
	private String takeLog() throws IOException {
		List<String> lines = Files.readAllLines(this.log);
		Files.delete(this.log);
		return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
			return socket.getLocalPort();
		}
	}

	private static void pause() {
		try {
			Thread.sleep(10);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while Redis starts", ex);
		}
	}

}
