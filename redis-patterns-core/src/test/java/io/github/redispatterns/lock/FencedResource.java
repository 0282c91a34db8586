package io.github.redispatterns.lock;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What the locks protect, in a process that nobody attacks: a number that is read, and
 * written one larger. Refuses every token that is smaller than one it has seen, and
 * counts what went wrong all the same.
 */
final class FencedResource implements AutoCloseable {

	static final String STALE = "STALE";

	private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final List<String> violations = Collections.synchronizedList(new ArrayList<>());

	private long highest;

	private String reader = "nobody";

	private long value;

	private long writes;

	private long stale;

	FencedResource() throws IOException {
		Thread acceptor = new Thread(this::accept);
		acceptor.setDaemon(true);
		acceptor.start();
	}

	int port() {
		return this.server.getLocalPort();
	}

	List<String> violations() {
		return this.violations;
	}

	synchronized long writes() {
		return this.writes;
	}

	synchronized long value() {
		return this.value;
	}

	synchronized long refused() {
		return this.stale;
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.server.accept();
				Thread thread = new Thread(() -> serve(client));
				thread.setDaemon(true);
				thread.start();
			}
		}
		catch (IOException ex) {
			// Closed.
		}
	}

	private void serve(Socket client) {
		try (client;
				BufferedReader in = new BufferedReader(
						new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
				PrintWriter out = new PrintWriter(client.getOutputStream(), true, StandardCharsets.US_ASCII)) {
			for (String line = in.readLine(); line != null; line = in.readLine()) {
				out.println(answer(line.split(" ", 3)));
			}
		}
		catch (IOException ex) {
			// Killed.
		}
	}

	private synchronized String answer(String[] request) {
		if (request[0].equals("VIOLATION")) {
			this.violations.add(request[1]);
			return "OK";
		}
		long token = Long.parseLong(request[1]);
		if (token < this.highest) {
			this.stale++;
			return STALE;
		}
		if (request[0].equals("READ")) {
			if (token == this.highest) {
				this.violations.add("token of %s and %s: %d".formatted(this.reader, request[2], token));
			}
			this.reader = request[2];
		}
		this.highest = token;
		if (request[0].equals("WRITE")) {
			this.value = Long.parseLong(request[2]);
			this.writes++;
		}
		return String.valueOf(this.value);
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
