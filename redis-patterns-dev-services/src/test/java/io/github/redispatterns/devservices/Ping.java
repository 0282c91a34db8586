package io.github.redispatterns.devservices;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks a server whether it is there. */
final class Ping {

	private Ping() {
	}

	static boolean answers(String host, int port) {
		try (Socket socket = new Socket(host, port)) {
			socket.setSoTimeout(2000);
			socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
		}
		catch (IOException ex) {
			return false;
		}
	}

	static boolean answers(RedisServer server) {
		return answers(server.host(), server.port());
	}

}
