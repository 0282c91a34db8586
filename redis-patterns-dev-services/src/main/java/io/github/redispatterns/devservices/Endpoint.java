package io.github.redispatterns.devservices;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * How this module itself reaches a server.
 *
 * @param host the host
 * @param port the port
 * @param access what a server with TLS and users asks for
 */
record Endpoint(String host, int port, @Nullable Access access) {

	static final String LOOPBACK = "127.0.0.1";

	private static final Pattern PROCESS_ID = Pattern.compile("^process_id:(\\d+)", Pattern.MULTILINE);

	private static final int TIMEOUT_MILLIS = 2000;

	static Endpoint local(int port) {
		return new Endpoint(LOOPBACK, port, null);
	}

	/**
	 * Open a connection.
	 * @return the connection, logged in
	 * @throws RespException if the server cannot be reached or refuses
	 */
	RespClient connect() {
		try {
			RespClient client = new RespClient(open());
			if (this.access != null) {
				client.call(List.of("AUTH", this.access.username(), this.access.password()));
			}
			return client;
		}
		catch (IOException ex) {
			throw new RespException("Cannot connect to " + this.host + ":" + this.port, ex);
		}
	}

	private Socket open() throws IOException {
		Socket socket = new Socket();
		try {
			socket.connect(new InetSocketAddress(this.host, this.port), TIMEOUT_MILLIS);
			socket.setSoTimeout(TIMEOUT_MILLIS);
			socket.setTcpNoDelay(true);
			return (this.access != null) ? this.access.secure(socket, this.host, this.port) : socket;
		}
		catch (IOException ex) {
			socket.close();
			throw ex;
		}
	}

	/**
	 * Send one command over a connection of its own.
	 * @param command the command and its arguments
	 * @return the answer: text, {@link Long}, {@link List} or nothing
	 * @throws RespException if the server cannot be reached or refuses
	 */
	@Nullable Object call(String... command) {
		try (RespClient client = connect()) {
			return client.call(List.of(command));
		}
	}

	/**
	 * The process that answers.
	 * @return its id in its own machine or container, or -1 if it does not say
	 * @throws RespException if the server cannot be reached or refuses
	 */
	long processId() {
		Matcher matcher = PROCESS_ID.matcher(String.valueOf(call("INFO", "server")));
		return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
	}

	/**
	 * Whether a server answers.
	 * @return {@code false} too where it is there and does not answer in time
	 */
	boolean answers() {
		try {
			return "PONG".equals(call("PING"));
		}
		catch (RespException ex) {
			return false;
		}
	}

}
