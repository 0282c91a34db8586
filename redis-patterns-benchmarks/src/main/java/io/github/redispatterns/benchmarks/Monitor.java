package io.github.redispatterns.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Sees each command that a server runs, by {@code MONITOR}. */
final class Monitor implements AutoCloseable {

	private static final String END = "end-of-monitor";

	private final Socket socket;

	private final BufferedReader lines;

	Monitor(Target target) throws IOException {
		this.socket = new Socket(target.host(), target.port());
		this.lines = new BufferedReader(new InputStreamReader(this.socket.getInputStream(), StandardCharsets.UTF_8));
	}

	/**
	 * Watch while something is done.
	 * @param work what is done
	 * @return the commands, those inside scripts too
	 * @throws Exception if that fails
	 */
	Commands during(Callable<?> work) throws Exception {
		send("MONITOR");
		this.lines.readLine();
		work.call();
		send("ECHO " + END);
		List<String> seen = new ArrayList<>();
		for (String line = this.lines.readLine(); !line.equals(END); line = this.lines.readLine()) {
			if (line.startsWith("+")) {
				seen.add(line);
			}
		}
		long inside = seen.stream().filter((line) -> line.contains(" lua] ")).count();
		return new Commands(seen.size() - inside, seen.size());
	}

	private void send(String command) throws IOException {
		this.socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	/**
	 * How many commands there were.
	 *
	 * @param sent by clients
	 * @param all with those inside scripts
	 */
	record Commands(double sent, double all) {
	}

}
