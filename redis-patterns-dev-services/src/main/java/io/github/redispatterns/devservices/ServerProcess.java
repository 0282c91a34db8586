package io.github.redispatterns.devservices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server as a child process in a working directory of its own. A shell stands between:
 * it reads from this JVM and, when the pipe breaks, which it does however the JVM ends,
 * ends the server and removes the directory.
 */
final class ServerProcess {

	private static final Duration END_TIME = Duration.ofSeconds(5);

	/**
	 * Arguments: the shell's. A session of its own, where that can be had, keeps from
	 * shell and server what is meant for the group of this JVM: the interrupt key of the
	 * terminal, because the application ends first, and a kill that would leave the
	 * server without its shell.
	 */
	private static final String DETACH = "exec $(command -v setsid) sh \"$@\"";

	/**
	 * Arguments: the working directory, the server and its own. Says the server's process
	 * id. There is nothing to save, and a server that is stopped or busy with a script
	 * hears no other signal than KILL. After a server that ended by itself its directory
	 * stays, for a look at its log, until the pipe breaks.
	 */
	private static final String GUARD = """
			trap '' INT HUP
			exec 3<&0
			directory=$1
			shift
			"$@" </dev/null >log 2>&1 3<&- &
			server=$!
			echo $server
			trap 'kill -KILL $server' TERM
			(read -r _ <&3; kill -KILL $server) &
			watch=$!
			wait $server
			kill $watch
			read -r _ <&3
			rm -rf "$directory"
			""";

	private static final String LOG = "log";

	private static final int LOG_LINES = 5;

	private final Launch launch;

	private final Path directory;

	private final Process guard;

	private Optional<ProcessHandle> server;

	/**
	 * Start a server. It does not answer yet.
	 * @param binary the program
	 * @param launch what it is started with
	 * @throws IOException if it cannot be started
	 */
	ServerProcess(Path binary, Launch launch) throws IOException {
		this.launch = launch;
		this.directory = Files.createTempDirectory("redis-patterns-");
		for (Map.Entry<String, String> file : launch.files().entrySet()) {
			Files.writeString(this.directory.resolve(file.getKey()), file.getValue());
		}
		this.guard = new ProcessBuilder(command(binary)).directory(this.directory.toFile())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		this.server = Optional.ofNullable(this.guard.inputReader().readLine())
			.map(Long::valueOf)
			.flatMap(ProcessHandle::of);
	}

	private List<String> command(Path binary) {
		List<String> command = new ArrayList<>();
		command.addAll(List.of("sh", "-c", DETACH, "redis-patterns", "-c", GUARD, "redis-patterns",
				this.directory.toString(), binary.toString()));
		command.addAll(this.launch.arguments());
		return command;
	}

	Launch launch() {
		return this.launch;
	}

	/**
	 * Wait until the server answers.
	 * @param limit how long to wait at most
	 * @return whether it does; {@code false} too where the thread is interrupted
	 */
	boolean awaitAnswer(Duration limit) {
		boolean settled = Await.until(limit, () -> !isAlive() || answers());
		return settled && isAlive() && dropFiles();
	}

	/**
	 * Whether this server answers, and not another one that took its port. The program
	 * may have been a script that calls the server.
	 * @return whether the process that answers is a child
	 */
	private boolean answers() {
		long id = this.launch.endpoint().processId();
		Optional<ProcessHandle> answering = this.guard.descendants().filter((child) -> child.pid() == id).findFirst();
		this.server = answering.or(() -> this.server);
		return answering.isPresent();
	}

	// What is logged later goes nowhere.
	private boolean dropFiles() {
		try {
			Files.deleteIfExists(this.directory.resolve(LOG));
			if (!this.launch.keepsFiles()) {
				for (String file : this.launch.files().keySet()) {
					Files.deleteIfExists(this.directory.resolve(file));
				}
				Files.deleteIfExists(this.directory);
			}
			return true;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The end of what the server printed before it answered.
	 * @return the last lines
	 */
	String log() {
		try {
			String log = new String(Files.readAllBytes(this.directory.resolve(LOG)), StandardCharsets.UTF_8);
			List<String> lines = log.lines().toList();
			return String.join(" | ", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
		}
		catch (IOException ex) {
			return "its output cannot be read: " + ex;
		}
	}

	boolean isAlive() {
		return this.server.filter(ProcessHandle::isAlive).isPresent();
	}

	/** Kill the server. The files it has stay until {@link #stop()}. */
	void kill() {
		this.server.ifPresent(ProcessHandle::destroyForcibly);
		Await.until(END_TIME, "the killed server is gone", () -> !isAlive());
	}

	/**
	 * Send a signal to the server, if it is alive.
	 * @param name such as {@code STOP}
	 */
	void signal(String name) {
		if (isAlive()) {
			String id = String.valueOf(this.server.map(ProcessHandle::pid).orElseThrow());
			waitFor(start("sh", "-c", "kill -$0 $1", name, id));
		}
	}

	private static Process start(String... command) {
		try {
			return new ProcessBuilder(command).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** End the server, also when it is paused or dead, and remove its files. */
	void stop() {
		this.server.ifPresent(ProcessHandle::destroyForcibly);
		try {
			this.guard.getOutputStream().close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		if (!waitFor(this.guard)) {
			this.guard.descendants().forEach(ProcessHandle::destroyForcibly);
		}
	}

	private static boolean waitFor(Process process) {
		try {
			return process.waitFor(END_TIME.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
