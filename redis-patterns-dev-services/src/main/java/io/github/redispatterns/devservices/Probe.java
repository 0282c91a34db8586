package io.github.redispatterns.devservices;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What answers on a port: whether it is a Redis, and which.
 *
 * @param answer all it said, empty where nothing answers
 */
record Probe(String answer) {

	/** QUIT ends the connection, and so the answer. */
	private static final byte[] QUESTIONS = "PING\r\nINFO server\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII);

	private static final Pattern PROCESS_ID = Pattern.compile("^process_id:(\\d+)", Pattern.MULTILINE);

	private static final int TIMEOUT_MILLIS = 1000;

	static Probe of(String host, int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
			socket.setSoTimeout(TIMEOUT_MILLIS);
			socket.getOutputStream().write(QUESTIONS);
			return new Probe(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			return new Probe("");
		}
	}

	static Probe of(RedisServer server) {
		return of(server.host(), server.port());
	}

	boolean isRedis() {
		return this.answer.startsWith("+PONG");
	}

	/**
	 * The process that answers.
	 * @return its id in its own machine or container, or -1 if it does not say
	 */
	long processId() {
		Matcher matcher = PROCESS_ID.matcher(this.answer);
		return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
	}

}
